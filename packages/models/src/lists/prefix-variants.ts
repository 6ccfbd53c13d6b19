/*
 * A prefix is looked for whatever letters are capital, but an index knows only texts as they are. So its entries are met by
 * leaps: from one that does not begin with the prefix to where the next one could be that does.
 */

/** A prefix whose variants are known: letters outside ASCII have too many. */
export function hasKnownVariants(prefix: string): boolean {
  return /^[\x20-\x7e]+$/.test(prefix);
}

/**
 * Where in the order of texts the prefix is met next.
 * @param from the text from which on, undefined for the beginning
 * @returns the least text from there on that can begin with the prefix; in descending order an upper bound of the greatest
 *   down from there; undefined where there is none
 */
export function nextVariant(prefix: string, from: string | undefined, descending: boolean): string | undefined {
  const options = [...prefix].map((letter, at) => variantsOf(letter, at === prefix.length - 1));
  const rest = (at: number): string => {
    const letters = options.slice(at).map((some) => (descending ? some.at(-1) : some[0]));
    return letters.join('') + (descending ? LAST : '');
  };
  if (from === undefined) return rest(0);
  let same = 0;
  while (same < options.length && options[same]?.includes(from[same] ?? '')) same += 1;
  if (same === options.length) return from;
  const isShorter = from.length === same;
  if (isShorter && !descending) return from + rest(same);
  for (let at = isShorter ? same - 1 : same; at >= 0; at -= 1) {
    const letter = from[at] ?? '';
    const further = (options[at] ?? []).filter((option) => (descending ? option < letter : option > letter));
    const next = descending ? further.at(-1) : further[0];
    if (next !== undefined) return from.slice(0, at) + next + rest(at + 1);
  }
  return undefined;
}

/** After every other text. */
const LAST = '\u{10FFFF}';

/** The characters that are a letter in small letters, in the order of texts. */
function variantsOf(letter: string, isLast: boolean): readonly string[] {
  const small = letter.toLowerCase();
  const capital = letter.toUpperCase();
  // The Kelvin sign is k in small letters, and İ begins with i.
  const others = small === 'k' ? ['\u212a'] : small === 'i' && isLast ? ['\u0130'] : [];
  return [...new Set([capital, small, ...others])];
}
