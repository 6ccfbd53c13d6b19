import type { Comparison } from '@cumulus/dynamodb/backup';
import { describeItemKey } from '@cumulus/dynamodb/items';
import { count, number } from './format.ts';

/** A comparison in lines for a person. */
export function describeComparison(comparison: Comparison, table: string): readonly string[] {
  const { equal, same, expired, differences, changed, missing, extra } = comparison;
  const expiredToo = expired === 0 ? '' : `; ${number(expired)} more had expired`;
  if (equal) return [`  equal to table ${table}: ${count(same, 'item')}${expiredToo}`];
  const unnamed = changed + missing + extra - differences.length;
  return [
    `  differs from table ${table}: ${describeDifference(comparison)}; ${number(same)} the same${expiredToo}`,
    ...differences.map(
      ({ kind, key, line, unit = 'line', file }) =>
        `    ${kind}: ${describeItemKey(key)}` +
        (line === undefined ? '' : ` (${file === undefined ? '' : `${file}, `}${unit} ${line})`),
    ),
    ...(unnamed > 0 ? [`    and ${number(unnamed)} more`] : []),
  ];
}

/** Why a command that compared fails; undefined if file and table are equal. */
export function failureOf(comparison: Comparison, file: string, table: string): string | undefined {
  return comparison.equal ? undefined : `${file} and table ${table} differ: ${describeDifference(comparison)}.`;
}

function describeDifference({ changed, missing, extra }: Comparison): string {
  return `${number(changed)} changed, ${number(missing)} missing, ${number(extra)} extra`;
}
