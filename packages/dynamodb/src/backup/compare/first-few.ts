/** The first few of many, in an order of their own, whatever the order in which they come. */
export class FirstFew<T> {
  readonly #most: number;
  readonly #order: (a: T, b: T) => number;
  #list: readonly T[] = [];

  constructor(most: number, order: (a: T, b: T) => number) {
    this.#most = most;
    this.#order = order;
  }

  get list(): readonly T[] {
    return this.#list;
  }

  add(each: T): void {
    const last = this.#list.at(-1);
    if (this.#list.length === this.#most && last !== undefined && this.#order(last, each) <= 0) return;
    this.#list = [...this.#list, each].sort(this.#order).slice(0, this.#most);
  }
}
