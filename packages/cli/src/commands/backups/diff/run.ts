import { type DiffResult, describePlace, diffBackups } from '@cumulus/dynamodb/backup';
import { describeItemKey } from '@cumulus/dynamodb/items';
import { chosenIdentities } from '../../../backup-source/identities.ts';
import { withInput } from '../../../backup-source/input.ts';
import type { Context, Outcome, Task } from '../../../command.ts';
import { count, duration, number } from '../../../output/format.ts';
import { keepHeapSmall } from '../../../v8-settings.ts';
import type { DiffOptions } from './options.ts';

export async function runDiff(options: DiffOptions, context: Context): Promise<readonly Task[]> {
  keepHeapSmall();
  const { a, b, table = null } = options;
  const { client, s3, abortSignal, onProgress } = context;
  const identities = await chosenIdentities(options, context);
  const limits = { maxReadUnits: options['max-read-units'], abortSignal, onProgress };
  const common = { ...limits, s3, identities, list: options.list };
  const run = (): Promise<readonly Outcome[]> =>
    withInput(a, context, async (inputA) => {
      const result =
        b === undefined || table !== null
          ? await diffBackups({ ...common, a: inputA, b: { client, table: String(table) } })
          : await withInput(b, context, (inputB) => diffBackups({ ...common, a: inputA, b: inputB }));
      return [outcomeOf(result)];
    });
  return [{ table, file: a, run }];
}

function outcomeOf(result: DiffResult): Outcome {
  const { a, b, equal, same, expired, list, seconds } = result;
  const other = 'table' in b ? `table ${b.table}` : b.file;
  const expiredToo = expired === undefined || expired === 0 ? '' : `; ${number(expired)} more had expired`;
  const sides = 'table' in b ? [a] : [a, b];
  return {
    result: { table: 'table' in b ? b.table : null, file: a.file, ...result },
    lines: [
      equal
        ? `${a.file} and ${other} are equal: ${count(same, 'item')}, in ${duration(seconds)}${expiredToo}`
        : `${a.file} and ${other} differ: ${describeDifference(result)}; ${number(same)} the same${expiredToo}`,
      ...sides.map(({ file, proved }) =>
        proved ? `  ${file} is as its manifest says` : `  ${file} has no manifest to prove it by`,
      ),
      ...sides.flatMap(({ file, superseded }) =>
        superseded === 0 ? [] : [`  ${count(superseded, 'line')} of ${file} replaced by a later line of the same key`],
      ),
      ...differenceLines(result),
      ...(list === undefined ? [] : [`  all keys in ${list}`]),
    ],
    failure: equal ? undefined : `${a.file} and ${other} differ: ${describeDifference(result)}.`,
  };
}

function describeDifference({ changed, onlyInA, onlyInB }: DiffResult): string {
  return `${number(changed)} changed, ${number(onlyInA)} only in A, ${number(onlyInB)} only in B`;
}

const WORDS = { changed: 'changed', onlyInA: 'only in A', onlyInB: 'only in B' } as const;

function differenceLines(result: DiffResult): readonly string[] {
  return (['changed', 'onlyInA', 'onlyInB'] as const).flatMap((kind) => {
    const named = result.differences.filter((difference) => difference.kind === kind);
    const more = result[kind] - named.length;
    return [
      ...named.map(({ key, a, b }) => {
        const places = [a, b].flatMap((place) => (place === undefined ? [] : [describePlace(place)]));
        return `  ${WORDS[kind]}: ${describeItemKey(key)}${places.length === 0 ? '' : ` (${places.join('; ')})`}`;
      }),
      ...(more > 0 ? [`  and ${number(more)} more ${WORDS[kind]}`] : []),
    ];
  });
}
