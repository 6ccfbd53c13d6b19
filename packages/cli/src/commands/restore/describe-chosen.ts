import { describePlace, type RestoreResult } from '@cumulus/dynamodb/backup';
import { count, number } from '../../output/format.ts';

/** How many items of the file were chosen, where only a part of it is restored. */
export function describeChosen({ chosen, lines, superseded }: RestoreResult): readonly string[] {
  return chosen === undefined
    ? []
    : [`  chosen: ${number(chosen)} of ${count(lines - superseded, 'item')} of the file`];
}

/** A part that is empty is most often a part that was misspelt. */
export function warningOfChosen({ chosen, file }: RestoreResult): string | undefined {
  return chosen === 0 ? `No item of ${file} was chosen; nothing was written.` : undefined;
}

/** The keys that the file lacks, the first of them by name. */
export function failureOfKeys({ file, keysNotFound }: RestoreResult): string | undefined {
  if (keysNotFound === undefined || keysNotFound.keys === 0) return undefined;
  const { keys, first } = keysNotFound;
  const more = keys - first.length;
  return [
    `${file} lacks ${count(keys, 'key')} that ${keys === 1 ? 'was' : 'were'} to be restored:`,
    ...first.map(({ key, ...place }) => `${key} (${describePlace(place)})`),
    ...(more > 0 ? [`and ${number(more)} more`] : []),
  ].join('\n  ');
}

/** Several reasons why a restore fails. */
export function together(...failures: readonly (string | undefined)[]): string | undefined {
  const reasons = failures.filter((failure) => failure !== undefined);
  return reasons.length === 0 ? undefined : reasons.join('\n  ');
}
