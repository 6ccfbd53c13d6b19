import { createContext, Script } from 'node:vm';

/** How long a regular expression may search a text, in milliseconds. A sound one takes no thousandth of that. */
const LONGEST_SEARCH = 1_000;

const search = new Script('new RegExp(source).exec(text)');
const place = createContext({});

/** A regular expression searches a text for longer than anybody should wait. */
export class EndlessSearchError extends Error {
  override readonly name = 'EndlessSearchError';
}

/**
 * What a regular expression finds in a text. Some that look harmless, `^(a+)+$`, take longer than the universe for a text
 * of some dozen characters, and meanwhile nothing else would be done: this one is broken off.
 * @throws EndlessSearchError
 * @throws SyntaxError where the source is no regular expression
 */
export function firstMatch(source: string, text: string): readonly (string | undefined)[] | undefined {
  const expression = new RegExp(source);
  // Only repetitions can take long.
  if (!/[*+}]/.test(source)) return groupsOf(expression.exec(text));
  try {
    return groupsOf(search.runInContext(Object.assign(place, { source, text }), { timeout: LONGEST_SEARCH }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new EndlessSearchError('The search takes too long.');
  }
}

function groupsOf(found: readonly (string | undefined)[] | null): readonly (string | undefined)[] | undefined {
  return found === null ? undefined : [...found];
}
