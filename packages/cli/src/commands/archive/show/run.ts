import { type HistoryEnd, itemHistory } from '@cumulus/dynamodb/archive';
import { describeItemKey } from '@cumulus/dynamodb/items';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import { requireArchive } from '../options.ts';
import { describeEntry, entryJson } from './describe-entry.ts';
import type { ShowOptions } from './options.ts';

export async function runShow(options: ShowOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { table, key, typed } = options;
  const archive = requireArchive(options);
  const { s3, abortSignal, onProgress } = context;
  const identities = await chosenIdentities(options, context);
  const run = async (): Promise<readonly Outcome[]> => {
    let end: HistoryEnd | undefined;
    const entries = (async function* () {
      end = yield* itemHistory({ archive, table, key, s3, identities, abortSignal, onProgress });
    })();
    await context.writeResults(entries, {
      json: (entry) => entryJson(entry, typed),
      line: (entry) => describeEntry(entry, typed),
      evenIfQuiet: true,
    });
    // Without an end, the reader of standard output has gone away.
    return end === undefined ? [] : [outcomeOf(end, archive, table)];
  };
  return [{ table, run }];
}

function outcomeOf({ key, isFound, changes }: HistoryEnd, archive: string, table: string): Outcome {
  const item = describeItemKey(key);
  return {
    result: { table, key, found: isFound, changes },
    isSummary: true,
    isAside: true,
    lines: [`${table}: ${count(changes, 'change')} of ${item}`],
    failure: isFound ? undefined : `${archive} never had the key ${item} in table ${table}.`,
  };
}
