/** How many more requests an answer may cost, and until when. */
export class Allowance {
  readonly #until: number;
  #requests: number;

  /** @param time in milliseconds, from now on */
  constructor(requests: number, time: number) {
    this.#requests = requests;
    this.#until = performance.now() + time;
  }

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Takes one request, if there is one left and time for it. */
  take(): boolean {
    if (this.#requests <= 0 || this.isOver) return false;
    this.#requests -= 1;
    return true;
  }
}
