import { type Context, count, type Outcome, type Task, tableNames } from '@cumulus/cli';
import { formatS3Url } from '@cumulus/dynamodb/storage';
import { describeTable } from '@cumulus/dynamodb/tables';
import { createModels } from '@cumulus/models';
import { type Collection, constructCollectionId } from '@cumulus/models/schemas';
import { SystemObjects } from '../../../aws/system-objects.ts';
import { CollectionConfigs } from '../../../collections/collection-configs.ts';
import { CollectionWriter } from '../../../collections/collection-writer.ts';
import type { SyncOptions } from './options.ts';

/** Collections that are compared at once. */
const CONCURRENCY = 8;

/** What happens to a configuration. */
type State = 'written' | 'would be written' | 'unchanged' | 'shared' | 'without collection' | 'failed';

/** @throws TableNotFoundError; NotConfiguredError if there is no such bucket */
export async function runSync(options: SyncOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const tableName = await tableNames(options, ['CollectionsTable']);
  await describeTable(client, tableName('CollectionsTable'), abortSignal);
  const { collections } = createModels({ client, tables: tableName as (name: string) => string });
  const { prefix, 'system-bucket': bucket, stack: stackName = prefix } = options;
  const configs = new CollectionConfigs(new SystemObjects({ clients: { s3: context.s3 }, bucket, stackName }));
  const keys = new Set(await configs.keys());
  const all: Collection[] = [];
  for await (const collection of collections.list({ consistent: true })) {
    abortSignal.throwIfAborted();
    all.push(collection);
  }
  const sync = new Sync({ options, configs, writer: new CollectionWriter(collections, configs), all });
  await context.confirm(() => sync.question(), 'Nothing was written.');
  const tasks: Task[] = [];
  for (let start = 0; start < all.length; start += CONCURRENCY) {
    const some = all.slice(start, start + CONCURRENCY);
    const run = async (): Promise<readonly Outcome[]> => {
      abortSignal.throwIfAborted();
      return (await Promise.all(some.map((collection) => sync.one(collection)))).flat();
    };
    tasks.push({ table: null, run });
  }
  const end = async (): Promise<readonly Outcome[]> => [...sync.strays(keys), sync.summary];
  return [...tasks, { table: null, run: end }];
}

interface SyncParts {
  readonly options: SyncOptions;
  readonly configs: CollectionConfigs;
  readonly writer: CollectionWriter;
  readonly all: readonly Collection[];
}

/** Compares configurations with collections, writes those that differ, and counts the outcomes. */
class Sync {
  readonly #parts: SyncParts;
  /** How many collections have the configuration of a key. */
  readonly #claims = new Map<string, number>();
  readonly #counts = new Map<State, number>();

  constructor(parts: SyncParts) {
    this.#parts = parts;
    for (const collection of parts.all) {
      const { key } = parts.configs.locationOf(collection);
      this.#claims.set(key, (this.#claims.get(key) ?? 0) + 1);
    }
  }

  /** Whether to replace configurations that are there; those that are missing are written without a question. */
  async question(): Promise<string | undefined> {
    let replaced = 0;
    for (const collection of this.#parts.all) {
      const found = await this.#parts.configs.compare(collection);
      const { key } = this.#parts.configs.locationOf(collection);
      if (found === 'other' && this.#stateOf(found, key) === 'written') replaced += 1;
    }
    return replaced === 0 ? undefined : `Replace ${count(replaced, 'configuration')} in S3 by what the table has?`;
  }

  /** @returns nothing for a configuration that is as it should be */
  async one(collection: Collection): Promise<readonly Outcome[]> {
    const { configs, writer } = this.#parts;
    const collectionId = constructCollectionId(collection);
    const location = configs.locationOf(collection);
    const config = formatS3Url(location);
    try {
      const found = await configs.compare(collection);
      const state = this.#stateOf(found, location.key);
      this.#count(state);
      if (state === 'unchanged') return [];
      if (state === 'written') await writer.settle(collection);
      return [outcome(state, `${collectionId}: ${state} (${found}): ${config}`, { collectionId, config, found })];
    } catch (error) {
      this.#count('failed');
      const failure = `${collectionId}: ${(error as Error).message}`;
      return [outcome('failed', `${collectionId}: failed`, { collectionId, config }, { failure, error })];
    }
  }

  /** The configurations that belong to no collection. They are left: what they are for is not known here. */
  strays(keys: ReadonlySet<string>): readonly Outcome[] {
    return [...keys]
      .filter((key) => !this.#claims.has(key))
      .map((key) => {
        this.#count('without collection');
        const warning = `${key} is the configuration of no collection, and was left.`;
        return outcome('without collection', `${key}: of no collection`, { config: key }, { warning });
      });
  }

  get summary(): Outcome {
    const of = (state: State): number => this.#counts.get(state) ?? 0;
    const counts = {
      written: of('written'),
      planned: of('would be written'),
      unchanged: of('unchanged'),
      shared: of('shared'),
      withoutCollection: of('without collection'),
      failed: of('failed'),
    };
    const written = this.#parts.options['dry-run'] ? `${counts.planned} would be written` : `${counts.written} written`;
    return {
      result: { state: 'ended', ...counts },
      isSummary: true,
      lines: [`${written}, ${counts.unchanged} as they should be, ${counts.failed} failed`],
    };
  }

  #stateOf(found: 'missing' | 'same' | 'other', key: string): State {
    if (found === 'same') return 'unchanged';
    // Whose it is, nobody knows but whoever wrote last.
    if (found === 'other' && (this.#claims.get(key) ?? 0) > 1) return 'shared';
    return this.#parts.options['dry-run'] ? 'would be written' : 'written';
  }

  #count(state: State): void {
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
  }
}

function outcome(state: State, line: string, fields: object, more: Partial<Outcome> = {}): Outcome {
  return { result: { table: null, state, ...fields }, lines: [line], ...more };
}
