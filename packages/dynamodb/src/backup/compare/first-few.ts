/** The first few of many, in an order of their own, whatever the order in which they come. */
export class FirstFew<T> {
  readonly #max: number;
  readonly #order: (a: T, b: T) => number;
  #list: readonly T[] = [];

  constructor(max: number, order: (a: T, b: T) => number) {
    this.#max = max;
    this.#order = order;
  }

  get list(): readonly T[] {
    return this.#list;
  }

  add(each: T): void {
    const last = this.#list.at(-1);
    if (this.#list.length === this.#max && last !== undefined && this.#order(last, each) <= 0) return;
    this.#list = [...this.#list, each].sort(this.#order).slice(0, this.#max);
  }
}
