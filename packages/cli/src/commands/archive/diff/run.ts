import { diffTimes, type TimeDifference } from '@cumulus/dynamodb/archive';
import { requireNoBackup, writeDifferenceList } from '@cumulus/dynamodb/backup';
import { describeItemKey } from '@cumulus/dynamodb/items';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, duration, number, zonedTime } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { tasksOfTables } from '../chosen-tables.ts';
import { requireArchive } from '../options.ts';
import type { DiffOptions } from './options.ts';

const KINDS = ['changed', 'added', 'removed'] as const;

/** Differences of each kind that are named; all are counted. */
const NAMED_OF_EACH_KIND = 10;

export async function runDiff(options: DiffOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  if (options.list !== undefined) await requireNoBackup(options.list);
  const identities = await chosenIdentities(options, context);
  return tasksOfTables(options, context, (table) => diffTable(table, identities, options, context));
}

async function diffTable(
  table: string,
  identities: readonly string[] | undefined,
  options: DiffOptions,
  { s3, abortSignal }: Context,
): Promise<Outcome> {
  const startedAt = performance.now();
  const archive = requireArchive(options);
  const { list } = options;
  const [from, to] = [options.from.time, options.to.time];
  const counted = new Counted();
  const differences = counted.each(diffTimes({ archive, table, from, to, s3, identities, abortSignal }));
  if (list === undefined) for await (const _ of differences);
  else await writeDifferenceList(list, differences);
  return counted.outcome({ table, from, to, list, seconds: (performance.now() - startedAt) / 1000 });
}

/** What was compared. */
interface Compared {
  readonly table: string;
  readonly from: Date;
  readonly to: Date;
  readonly list: string | undefined;
  readonly seconds: number;
}

/** Counts differences while they pass. */
class Counted {
  readonly #counts = { changed: 0, added: 0, removed: 0 };
  readonly #named: TimeDifference[] = [];

  async *each(differences: AsyncIterable<TimeDifference>): AsyncGenerator<TimeDifference, void> {
    for await (const difference of differences) {
      this.#counts[difference.kind] += 1;
      if (this.#counts[difference.kind] <= NAMED_OF_EACH_KIND) this.#named.push(difference);
      yield difference;
    }
  }

  outcome({ table, from, to, list, seconds }: Compared): Outcome {
    const { changed, added, removed } = this.#counts;
    const equal = changed + added + removed === 0;
    const times = `${table} at ${zonedTime(from)} and at ${zonedTime(to)}`;
    const what = KINDS.map((kind) => `${number(this.#counts[kind])} ${kind}`).join(', ');
    return {
      result: {
        ...{ table, from, to, equal, changed, added, removed, list, seconds },
        differences: this.#named.map(({ kind, key, changes }) => ({ kind, key, changes })),
      },
      lines: [
        `${times}: ${equal ? 'equal' : what}, in ${duration(seconds)}`,
        ...this.#lines(),
        ...(list === undefined ? [] : [`  all keys in ${list}`]),
      ],
      failure: equal ? undefined : `${times} differ: ${what}.`,
    };
  }

  #lines(): readonly string[] {
    return KINDS.flatMap((kind) => {
      const named = this.#named.filter((difference) => difference.kind === kind);
      const more = this.#counts[kind] - named.length;
      return [
        ...named.map(({ key, changes }) => `  ${kind}: ${describeItemKey(key)} (${count(changes, 'change')})`),
        ...(more > 0 ? [`  and ${number(more)} more ${kind}`] : []),
      ];
    });
  }
}
