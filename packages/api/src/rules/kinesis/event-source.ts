import type { EventSourceMappingConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { classifyAwsError, PageTrail } from '@cumulus/dynamodb/aws';
import { ServiceUnavailableError } from '../../aws/ask-service.ts';
import { TriggerRefusedError } from '../../errors.ts';
import { askForTrigger } from '../ask-for-trigger.ts';
import { isFunction } from '../function-name.ts';
import type { FoundTrigger } from '../trigger.ts';

/** Where a function begins to read a stream. */
const START = 'TRIM_HORIZON';

/** Errors by which Lambda refuses a stream or function that is not there, or that it may not read. */
const REFUSALS = ['InvalidParameterValueException', 'ResourceNotFoundException'];

const OFF: readonly unknown[] = ['Disabled', 'Disabling'];

/** A stream, with the functions that Lambda invokes with its records. */
export class EventSource {
  readonly #arn: string;
  readonly #lambda: LambdaClient;

  constructor(arn: string, lambda: LambdaClient) {
    this.#arn = arn;
    this.#lambda = lambda;
  }

  /**
   * Lets a function have the stream's records.
   * @param known the mapping that a rule knows; one of another function is given to this one, so that not both receive the records
   * @returns the mapping's UUID
   */
  async ensure(functionName: string, known: string | undefined): Promise<string> {
    for (let isRefused = false; ; ) {
      const mappings = await this.#mappings();
      const own = mappings.find(({ FunctionArn }) => isFunction(FunctionArn, functionName));
      const found = own ?? mappings.find(({ UUID }) => UUID !== undefined && UUID === known);
      if (found?.UUID === undefined) {
        const created = await this.#create(functionName);
        if (created !== undefined) return created;
        // Either another request has created it, or Lambda is busy with the function.
        if (isRefused) throw new ServiceUnavailableError(`Lambda is busy with another change of ${functionName}.`);
        isRefused = true;
        continue;
      }
      if (found.State === 'Deleting')
        throw new ServiceUnavailableError(`Lambda is still deleting the mapping ${found.UUID}.`);
      if (own === undefined || OFF.includes(found.State)) await this.#enable(found.UUID, functionName);
      return found.UUID;
    }
  }

  /** How what there is for a function compares with the mapping that a rule knows. */
  async compare(functionName: string, known: string | undefined): Promise<FoundTrigger> {
    const found = (await this.#mappings()).find(({ FunctionArn }) => isFunction(FunctionArn, functionName));
    if (found === undefined || found.State === 'Deleting') return 'missing';
    return found.UUID === known && !OFF.includes(found.State) ? 'same' : 'other';
  }

  /** Takes the stream's records from a function. @param known the mapping that a rule knows */
  async remove(functionName: string, known: string | undefined): Promise<void> {
    const { DeleteEventSourceMappingCommand } = await import('../../aws/lambda-sdk.ts');
    for (const { UUID, FunctionArn, State } of await this.#mappingsIfThere()) {
      if (UUID === undefined || State === 'Deleting') continue;
      if (UUID !== known && !isFunction(FunctionArn, functionName)) continue;
      try {
        await askForTrigger('Lambda', [], () => this.#lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
      } catch (error) {
        if (classifyAwsError(error) !== 'not found') throw error;
      }
    }
  }

  /** None where the stream is gone, or never was one. */
  async #mappingsIfThere(): Promise<readonly EventSourceMappingConfiguration[]> {
    try {
      return await this.#mappings();
    } catch (error) {
      if (error instanceof TriggerRefusedError) return [];
      throw error;
    }
  }

  async #mappings(): Promise<readonly EventSourceMappingConfiguration[]> {
    const { paginateListEventSourceMappings } = await import('../../aws/lambda-sdk.ts');
    const found: EventSourceMappingConfiguration[] = [];
    const trail = new PageTrail<string>(`The list of event source mappings of ${this.#arn}`);
    await askForTrigger('Lambda', REFUSALS, async () => {
      const pages = paginateListEventSourceMappings({ client: this.#lambda }, { EventSourceArn: this.#arn });
      for await (const { EventSourceMappings = [], NextMarker } of pages) {
        found.push(...EventSourceMappings);
        trail.step(NextMarker);
      }
    });
    return found;
  }

  /** Undefined where another request has created it at the same time, or changes the function. */
  async #create(functionName: string): Promise<string | undefined> {
    const { CreateEventSourceMappingCommand } = await import('../../aws/lambda-sdk.ts');
    const command = new CreateEventSourceMappingCommand({
      ...{ EventSourceArn: this.#arn, FunctionName: functionName, StartingPosition: START, Enabled: true },
    });
    try {
      return (await askForTrigger('Lambda', REFUSALS, () => this.#lambda.send(command))).UUID;
    } catch (error) {
      if ((error as Error).name === 'ResourceConflictException') return undefined;
      throw error;
    }
  }

  async #enable(uuid: string, functionName: string): Promise<void> {
    const { UpdateEventSourceMappingCommand } = await import('../../aws/lambda-sdk.ts');
    const command = new UpdateEventSourceMappingCommand({ UUID: uuid, FunctionName: functionName, Enabled: true });
    await askForTrigger('Lambda', REFUSALS, () => this.#lambda.send(command));
  }
}
