import { setImmediate as otherWork } from 'node:timers/promises';
import { SerialQueue } from '@cumulus/dynamodb/aws';
import type { LinearExpression } from './linear-expression.ts';
import { searchThread } from './search-thread.ts';

/** How long all searches of one check may take together, in milliseconds. Those of a sound collection take a hundredth. */
const MAX_TIME = 1_000;

/** The most steps of RE2 that are taken without a look at other work: some ten milliseconds. */
const MAX_STEPS = 100_000;

/** What RE2 does in a millisecond, about. Counted, so that it depends on nobody else's load what is refused. */
const STEPS_PER_MILLISECOND = 20_000;

/** What it takes to compile an expression of one step. */
const STEPS_TO_COMPILE = 50;

/** An expression does not come to an end within the time that is left for the check. */
export class EndlessSearchError extends Error {
  override readonly name = 'EndlessSearchError';
}

/** An expression cannot be run, for it is too large. */
export class UnsearchableError extends Error {
  override readonly name = 'UnsearchableError';
}

/**
 * Searches texts by the regular expressions of users, for one check and within one time for all of them. Some that look harmless,
 * `^(a+)+$`, take JavaScript longer than the universe for some dozen characters. So they are searched by RE2, in a time in
 * proportion to the text. What RE2 cannot say (look-around, references back) JavaScript searches in a thread that can be ended.
 */
export class ExpressionSearch {
  readonly #known = new Map<string, Promise<Found>>();
  /** One search after the other, so that each knows the time that is left. */
  readonly #queue = new SerialQueue();
  #timeLeft = MAX_TIME;

  /**
   * Whether an expression matches somewhere in a text.
   * @param source a valid expression
   * @throws EndlessSearchError, UnsearchableError
   */
  async matches(source: string, text: string): Promise<boolean> {
    return (await this.#once('match', source, text)) !== null;
  }

  /**
   * What the first group captures where an expression matches: undefined if that takes no part, null if there is no match.
   * @param source a valid expression
   * @throws EndlessSearchError, UnsearchableError
   */
  async firstGroup(source: string, text: string): Promise<string | undefined | null> {
    const found = await this.#once('group', source, text);
    return found === null ? null : found[1];
  }

  /** A record may be checked several times. */
  #once(wanted: Wanted, source: string, text: string): Promise<Found> {
    const question = JSON.stringify([wanted, source, text]);
    const known = this.#known.get(question) ?? this.#queue.run(() => this.#search(wanted, source, text));
    this.#known.set(question, known);
    return known;
  }

  async #search(wanted: Wanted, source: string, text: string): Promise<Found> {
    // A list of many expressions lets others get a word in.
    await otherWork();
    if (this.#timeLeft <= 0) throw new EndlessSearchError('No time is left for the search.');
    const { linearExpression } = await import('./linear-expression.ts');
    const linear = linearExpression(source);
    const found = linear === undefined ? 'undecided' : await this.#searchLinear(linear, text);
    if (found !== 'undecided' && (found === null || wanted === 'match' || linear?.capturesAlike)) return found;
    return this.#searchInThread(source, text);
  }

  /** @returns `undecided` where RE2 would take too long as well, or does not take the text as JavaScript does */
  async #searchLinear({ pattern, size }: LinearExpression, text: string): Promise<Found | 'undecided'> {
    const steps = size * (text.length + 1 + STEPS_TO_COMPILE);
    if (steps > MAX_STEPS || !isAscii(text)) return 'undecided';
    this.#timeLeft -= steps / STEPS_PER_MILLISECOND;
    const { RE2JS, RE2JSException } = await import('re2js');
    try {
      const matcher = RE2JS.compile(pattern).matcher(text);
      if (!matcher.find()) return null;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    } catch (error) {
      // Repetitions of repetitions may be too many for it.
      if (error instanceof RE2JSException) return 'undecided';
      throw error;
    }
  }

  async #searchInThread(source: string, text: string): Promise<Found> {
    const { answer, milliseconds } = await searchThread.search(source, text, this.#timeLeft);
    this.#timeLeft -= milliseconds;
    if (answer === 'endless') throw new EndlessSearchError('The search takes too long.');
    if ('error' in answer) throw new UnsearchableError(answer.error);
    return answer.groups;
  }
}

type Wanted = 'match' | 'group';

/** The groups of a match; null if there is none. */
type Found = readonly (string | undefined)[] | null;

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
