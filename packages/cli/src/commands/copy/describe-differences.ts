import { describeItemKey } from '@cumulus/dynamodb/items';
import type { DifferenceCounts, DifferenceKind, TableDifference } from '@cumulus/dynamodb/recovery';
import { count, number } from '../../output/format.ts';
import type { CopyOptions } from './options.ts';

/** How many differences of a kind are shown to a person. */
const SHOWN = 10;

/** What a copy does, in numbers of items. */
type Work = Pick<DifferenceCounts, 'additions' | 'changes' | 'deletions'>;

/** What a copy with these options does about the differences. */
export function toDo({ additions, changes, deletions }: DifferenceCounts, options: CopyOptions): Work {
  return { additions, changes, deletions: options['no-delete'] === true ? 0 : deletions };
}

/** `2 additions, 1 change and 0 deletions` */
export function inNumbers({ additions, changes, deletions }: Work): string {
  return `${count(additions, 'addition')}, ${count(changes, 'change')} and ${count(deletions, 'deletion')}`;
}

/** The first differences of each kind by their keys, and how many there are more. */
export function differenceLines(
  { additions, changes, deletions }: Work,
  named: Readonly<Record<DifferenceKind, readonly TableDifference[]>>,
): readonly string[] {
  const counts = { addition: additions, change: changes, deletion: deletions };
  return (['addition', 'change', 'deletion'] as const).flatMap((kind) => {
    const shown = named[kind].slice(0, Math.min(SHOWN, counts[kind]));
    const more = counts[kind] - shown.length;
    return [
      ...shown.map(({ key }) => `  ${kind}: ${describeItemKey(key)}`),
      ...(more > 0 ? [`  and ${number(more)} more ${kind}${more === 1 ? '' : 's'}`] : []),
    ];
  });
}
