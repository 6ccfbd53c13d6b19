/** How many more requests an answer may cost, and until when. */
export class RequestBudget {
  readonly #deadline: number;
  #requests: number;

  /** @param time in milliseconds from now on */
  constructor(requests: number, time: number) {
    this.#requests = requests;
    this.#deadline = performance.now() + time;
  }

  get isTimeOver(): boolean {
    return performance.now() >= this.#deadline;
  }

  /** Takes one request, if one is left and there is time for it. */
  take(): boolean {
    if (this.#requests <= 0 || this.isTimeOver) return false;
    this.#requests -= 1;
    return true;
  }
}
