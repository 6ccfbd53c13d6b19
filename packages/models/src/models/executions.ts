import { bringBack, type PayloadSource } from '../payloads/bring-back.ts';
import { POINTER_FIELDS } from '../payloads/pointer.ts';
import { type Execution, executionType, type NewExecution } from '../schemas/execution.ts';
import { type ListedContext, ListedModel } from './listed-model.ts';

export interface ExecutionContext extends ListedContext {
  /** Where large payloads are; without it they are not read. */
  readonly payloads?: PayloadSource | undefined;
}

/**
 * Reads and writes executions of workflows. A payload, an error or a list of tasks that is too large for the table lies in
 * S3, and the record has a pointer in its place, `{ replace: { Bucket, Key, TargetPath: '$' } }`. Reading by key brings it
 * back; lists, searches, and what a write answers, show the pointer.
 */
export class ExecutionModel extends ListedModel<Execution, NewExecution, 'arn'> {
  readonly #payloads: PayloadSource | undefined;

  constructor({ payloads, ...context }: ExecutionContext) {
    super(executionType, { statuses: ['running', 'completed', 'failed', 'unknown'], hasProvider: false }, context);
    this.#payloads = payloads;
  }

  /**
   * As for every record, with what it points to in the deployment's place in S3. A pointer stays where the object is gone,
   * damaged, or elsewhere.
   * @throws RemoteMessageError, or what else the way to S3 throws, where S3 cannot be asked
   */
  override async find(key: Pick<Execution, 'arn'>): Promise<Execution | undefined> {
    const execution = await super.find(key);
    return execution === undefined ? undefined : this.#whole(execution);
  }

  /** As for every record, each as {@link find} reads it. */
  override async batchGet(keys: readonly Pick<Execution, 'arn'>[]): Promise<readonly Execution[]> {
    const found: Execution[] = [];
    for (const execution of await super.batchGet(keys)) found.push(await this.#whole(execution));
    return found;
  }

  async #whole(execution: Execution): Promise<Execution> {
    return this.#payloads === undefined ? execution : bringBack(execution, POINTER_FIELDS, this.#payloads);
  }
}
