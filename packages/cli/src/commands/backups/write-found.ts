import { type FindItemsOptions, type FoundItem, findItems, type SearchResult } from '@cumulus/dynamodb/backup';
import { plainJson } from '@cumulus/dynamodb/items';
import { chosenIdentities } from '../../backup-source/identities.ts';
import { withInput } from '../../backup-source/input.ts';
import type { Context, Outcome, Task } from '../../command.ts';
import { count, number } from '../../output/format.ts';
import { keepHeapSmall } from '../../v8-settings.ts';
import type { SearchOptions } from './search-options.ts';

/** Writes the items of a backup that are wanted, as they come; at the end it says what the search has shown. */
export function writeFound(
  { file, typed, identity }: SearchOptions,
  wanted: Pick<FindItemsOptions, 'keys' | 'where' | 'limit'>,
  context: Context,
): readonly Task[] {
  keepHeapSmall();
  const { s3, abortSignal, onProgress } = context;
  const textOf = ({ item, typedJson }: FoundItem): string => (typed ? typedJson : plainJson(item));
  const run: Task['run'] = async () => {
    const identities = await chosenIdentities({ identity }, context);
    return withInput(file, context, async (input) => {
      let end: SearchResult | undefined;
      const items = (async function* () {
        end = yield* findItems({ ...input, ...wanted, s3, identities, abortSignal, onProgress });
      })();
      await context.writeResults(items, { json: textOf, line: textOf, evenIfQuiet: true });
      // Without an end, the reader of standard output has gone away.
      return end === undefined ? [] : [outcomeOf(end)];
    });
  };
  return [{ table: null, file, run }];
}

function outcomeOf(end: SearchResult): Outcome {
  const { file, found, items, complete, proved, superseded = 0, keysNotFound } = end;
  return {
    result: end,
    isSummary: true,
    isAside: true,
    lines: [
      complete
        ? `${file}: ${number(found)} of ${count(items, 'item')}`
        : `${file}: ${found === 1 ? 'the first item' : `the first ${count(found, 'item')}`}; the file was not read to its end, nor proved`,
      ...(complete
        ? [proved ? '  as its manifest says' : '  readable to its end; there is no manifest to prove it by']
        : []),
      ...(superseded > 0 ? [`  ${number(superseded)} passed over, replaced by a later line of the same key`] : []),
    ],
    failure:
      keysNotFound.length === 0
        ? undefined
        : [`${file} lacks ${count(keysNotFound.length, 'key')}:`, ...keysNotFound].join('\n  '),
  };
}
