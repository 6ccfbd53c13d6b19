import { type AsyncOperationModel, createModels } from '@cumulus/models';
import { beforeAll } from '@jest/globals';
import { createAwsClients } from '../../src/aws/clients.ts';
import { SystemObjects } from '../../src/aws/system-objects.ts';
import type { OperationJob, OperationKind } from '../../src/operations/operation-kind.ts';
import { Operations, type OperationsOptions, type Runner } from '../../src/operations/operations.ts';
import type { OwnApi } from '../own-api.ts';

/** Work of some steps, each of which is noted. */
interface Steps {
  readonly steps: number;
}

/** A kind of work that remembers what it has done, and can be made to fail or to wait. */
class CountedSteps implements OperationKind<Steps, number> {
  readonly name = 'counted steps';
  readonly done: number[] = [];
  /** Called before each step. */
  before: (step: number, job: OperationJob<number>) => Promise<void> | void = () => undefined;

  async run({ steps }: Steps, job: OperationJob<number>) {
    for (let step = job.position ?? 0; step < steps; step += 1) {
      await this.before(step, job);
      job.abortSignal.throwIfAborted();
      this.done.push(step);
      await job.note(step + 1, { done: step + 1 });
    }
    return { succeeded: true, output: { done: steps } };
  }
}

/** Operations over the tables of an API and its system bucket, at a time of their own. */
export class OwnOperations {
  readonly kind = new CountedSteps();
  readonly #api: OwnApi;
  readonly #bucket: string;
  #model: AsyncOperationModel | undefined;
  /** How much later it is than by the clock, in milliseconds. */
  later = 0;

  constructor(api: OwnApi, bucket: string) {
    this.#api = api;
    this.#bucket = bucket;
    beforeAll(() => {
      const { client, prefix } = api;
      const now = (): number => Date.now() + this.later;
      this.#model = createModels({ client, tables: prefix, now }).asyncOperations;
    });
  }

  get model(): AsyncOperationModel {
    if (this.#model === undefined) throw new Error('Operations are there only while tests run.');
    return this.#model;
  }

  /** What another process has. */
  create(runner: Runner | undefined, more: Partial<OperationsOptions> = {}): Operations {
    const { client, prefix: stackName } = this.#api;
    const systemObjects = new SystemObjects({ clients: createAwsClients(client), bucket: this.#bucket, stackName });
    return new Operations({ model: this.model, systemObjects, kinds: [this.kind], runner, ...more });
  }
}

export const STEPS = (steps: number) => ({
  kind: 'counted steps',
  input: { steps },
  description: 'Counts',
  operationType: 'Bulk Granules' as const,
});
