import leven from 'leven';

/** How many letters may be wrong, and which part of a word has to be right, as in commander. */
const MAX_DISTANCE = 3;
const MIN_SIMILARITY = 0.4;

/** Words that are shorter begin too many others. */
const MIN_BEGINNING = 3;

/** More than this many are no help. */
const MAX_NEAR = 3;

/**
 * Words that somebody may have meant: those with the fewest letters that differ, or else those that begin so.
 */
export function nearWords(word: string, known: readonly string[]): readonly string[] {
  const given = word.toLowerCase();
  const distances = known.map((each) => ({ each, distance: leven(given, each.toLowerCase()) }));
  const similar = distances.filter(({ each, distance }) => {
    const length = Math.max(each.length, word.length);
    return distance <= MAX_DISTANCE && (length - distance) / length > MIN_SIMILARITY;
  });
  const least = Math.min(...similar.map(({ distance }) => distance));
  return similar.length > 0
    ? similar.filter(({ distance }) => distance === least).map(({ each }) => each)
    : known.filter((each) => given.length >= MIN_BEGINNING && each.toLowerCase().startsWith(given));
}

/**
 * A message about a wrong word, and the known words that may have been meant, if any is near.
 *
 * @example
 * ```ts
 * import { suggest } from '@cumulus/cli';
 *
 * const message = suggest('There is no level wran', 'wran', ['info', 'warn']); // There is no level wran. Did you mean warn?
 * ```
 */
export function suggest(
  message: string,
  word: string,
  known: readonly string[],
  show: (word: string) => string = (each) => each,
): string {
  const near = nearWords(word, known);
  // All of a few words are no hint.
  return [message, ...(near.length > 1 && near.length === known.length ? [] : suggestion(near, show))].join('. ');
}

/** `Did you mean prod or dev?`, of words that may have been meant; nothing of none, or of too many. */
export function suggestion(
  near: readonly string[],
  show: (word: string) => string = (each) => each,
): readonly string[] {
  return near.length === 0 || near.length > MAX_NEAR ? [] : [`Did you mean ${alternatives(near.map(show))}?`];
}

/**
 * Words in a sentence.
 *
 * @example
 * ```ts
 * import { alternatives } from '@cumulus/cli';
 *
 * const choice = alternatives(['bash', 'zsh', 'fish']); // bash, zsh or fish
 * ```
 */
export function alternatives(words: readonly string[]): string {
  return words.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}
