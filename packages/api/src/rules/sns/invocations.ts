import type { LambdaClient } from '@aws-sdk/client-lambda';
import { classifyAwsError, isObject } from '@cumulus/dynamodb/aws';
import { ServiceUnavailableError } from '../../aws/ask-service.ts';
import { askForTrigger } from '../ask-for-trigger.ts';
import type { FoundTrigger } from '../trigger.ts';

/** Errors by which Lambda refuses a function that is not there, or one more statement. */
const REFUSALS = ['InvalidParameterValueException', 'ResourceNotFoundException', 'PolicyLengthExceededException'];

/** Who may invoke a function: the statements of its policy, of which each has an id. */
export class Invocations {
  readonly #functionName: string;
  readonly #lambda: LambdaClient;

  constructor(functionName: string, lambda: LambdaClient) {
    this.#functionName = functionName;
    this.#lambda = lambda;
  }

  /** Permits a topic to invoke the function, by a statement of this id and no other. */
  async permit(statementId: string, topicArn: string): Promise<void> {
    const present = await this.#topicOf(statementId);
    if (present === topicArn) return;
    const { AddPermissionCommand } = await import('../../aws/lambda-sdk.ts');
    if (present !== undefined) await this.#remove(statementId);
    const command = new AddPermissionCommand({
      Action: 'lambda:InvokeFunction',
      FunctionName: this.#functionName,
      Principal: 'sns.amazonaws.com',
      SourceArn: topicArn,
      StatementId: statementId,
    });
    try {
      await askForTrigger('Lambda', REFUSALS, () => this.#lambda.send(command));
    } catch (error) {
      if ((error as Error).name !== 'ResourceConflictException') throw error;
      // Another request has added it at the same time, or changes the function.
      if ((await this.#topicOf(statementId)) === topicArn) return;
      throw new ServiceUnavailableError(`Lambda is busy with another change of ${this.#functionName}.`, [], error);
    }
  }

  /** How the statement of this id compares with one that permits a topic. */
  async compare(statementId: string, topicArn: string): Promise<FoundTrigger> {
    const present = await this.#topicOf(statementId);
    if (present === undefined) return 'missing';
    return present === topicArn ? 'same' : 'other';
  }

  /** Removes a statement, if it is about this topic. */
  async forbid(statementId: string, topicArn: string): Promise<void> {
    if ((await this.#topicOf(statementId)) === topicArn) await this.#remove(statementId);
  }

  /** The topic that a statement permits; undefined where there is no such statement, and empty where it permits something else. */
  async #topicOf(statementId: string): Promise<string | undefined> {
    const { GetPolicyCommand } = await import('../../aws/lambda-sdk.ts');
    const command = new GetPolicyCommand({ FunctionName: this.#functionName });
    try {
      const { Policy = '{}' } = await askForTrigger('Lambda', [], () => this.#lambda.send(command));
      const { Statement = [] } = JSON.parse(Policy) as { readonly Statement?: readonly PolicyStatement[] };
      const found = Statement.find(({ Sid }) => Sid === statementId);
      if (found === undefined) return undefined;
      return (
        Object.values(found.Condition ?? {}).flatMap((test) =>
          isObject(test)
            ? Object.entries(test).flatMap(([key, arn]) => (/^aws:sourcearn$/i.test(key) ? `${arn}` : []))
            : [],
        )[0] ?? ''
      );
    } catch (error) {
      // The function has no policy as long as nobody may invoke it.
      if (classifyAwsError(error) === 'not found') return undefined;
      throw error;
    }
  }

  async #remove(statementId: string): Promise<void> {
    const { RemovePermissionCommand } = await import('../../aws/lambda-sdk.ts');
    const command = new RemovePermissionCommand({ FunctionName: this.#functionName, StatementId: statementId });
    try {
      await askForTrigger('Lambda', [], () => this.#lambda.send(command));
    } catch (error) {
      if (classifyAwsError(error) !== 'not found') throw error;
    }
  }
}

interface PolicyStatement {
  readonly Sid?: string;
  readonly Condition?: Readonly<Record<string, unknown>>;
}
