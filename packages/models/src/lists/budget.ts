/** How much one search may read before it answers with what it has found. */
export interface SearchBudget {
  /** After this time no more is read, in milliseconds. */
  readonly milliseconds: number;
  /** Read units of DynamoDB; a record that is read by its key counts as one. */
  readonly readUnits: number;
}

/** An answer comes well within a second, and costs at most so much, whatever a table holds. */
export const DEFAULT_BUDGET: SearchBudget = { milliseconds: 500, readUnits: 500 };

/** So much is read however long it takes: a slow moment does not cut off the list of a small table, or its count. */
const MIN_UNITS = 100;

/** What is left of what a search may read. */
export class Budget {
  #spent = 0;
  readonly #budget: SearchBudget;
  readonly #start = performance.now();

  constructor(budget: SearchBudget) {
    this.#budget = budget;
  }

  spend(readUnits: number): void {
    this.#spent += readUnits;
  }

  get isSpent(): boolean {
    const { milliseconds, readUnits } = this.#budget;
    if (this.#spent >= readUnits) return true;
    return this.#spent >= MIN_UNITS && performance.now() - this.#start >= milliseconds;
  }

  /** The read units that are left; one at the least, so that whoever goes on comes further. */
  get left(): number {
    return Math.max(1, this.#budget.readUnits - this.#spent);
  }

  /** Whether less than these read units were spent, and the budget is not. */
  hasSpentLessThan(readUnits: number): boolean {
    return this.#spent < readUnits && !this.isSpent;
  }

  /** A part of the budget: what it spends is spent of the whole. */
  part(readUnits: number): Budget {
    return new PartialBudget(this, { ...this.#budget, readUnits: Math.min(readUnits, this.#budget.readUnits) });
  }
}

class PartialBudget extends Budget {
  readonly #whole: Budget;

  constructor(whole: Budget, budget: SearchBudget) {
    super(budget);
    this.#whole = whole;
  }

  override spend(readUnits: number): void {
    super.spend(readUnits);
    this.#whole.spend(readUnits);
  }

  override get left(): number {
    return Math.min(super.left, this.#whole.left);
  }

  override get isSpent(): boolean {
    return super.isSpent || this.#whole.isSpent;
  }
}
