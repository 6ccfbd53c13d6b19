import { DamagedResponseError } from './damaged-response.ts';

/**
 * Finds out whether the tokens of pages repeat in a circle, which would never end. It keeps one token, and finds any
 * circle within three rounds (Brent's algorithm).
 */
export class PageTrail<Token> {
  readonly #what: string;
  readonly #textOf: (token: Token) => string;
  #mark: string | undefined;
  #steps = 0;
  #stepsToMark = 1;

  /**
   * @param what the pages, in words: `The list of shards`
   * @param textOf a text that is the same for the same token
   */
  constructor(what: string, textOf: (token: Token) => string = String) {
    this.#what = what;
    this.#textOf = textOf;
  }

  /**
   * Takes the token of the next page, if there is one, and gives it back.
   * @throws DamagedResponseError if the pages go round in a circle
   */
  step<Given extends Token | undefined>(token: Given): Given {
    if (token === undefined) return token;
    const text = this.#textOf(token as Exclude<Given, undefined> & Token);
    if (text === this.#mark) throw new DamagedResponseError(this.#what, 'its pages go round in a circle');
    this.#steps += 1;
    if (this.#steps === this.#stepsToMark) {
      this.#mark = text;
      this.#steps = 0;
      this.#stepsToMark *= 2;
    }
    return token;
  }
}
