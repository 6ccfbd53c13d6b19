import { comparableValue, valuesAt } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';

/** A value, and how many records have it. */
export interface ValueCount {
  readonly key: string | number;
  readonly count: number;
}

/** The most values in an answer. */
const MAX_VALUES = 1_000;

/** Counts records by the values of a field. */
export class ValueCounts {
  readonly #field: string;
  readonly #counts = new Map<string | number, number>();

  constructor(field: string) {
    this.#field = field;
  }

  /** Counts a record by each of the values that it has. @throws HTTPException 400 for a field that holds objects */
  add(record: object): void {
    const keys = valuesAt(record, this.#field).flatMap((value) => {
      if (value === null || value === undefined) return [];
      const key = comparableValue(value);
      if (key === undefined) throw bad('field', `names "${this.#field}", which holds no single values`);
      return typeof key === 'boolean' ? String(key) : key;
    });
    for (const key of new Set(keys)) this.addMany(key, 1);
  }

  addMany(key: string | number, count: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  /** The values of the most records first, as many as an answer has. */
  get largest(): readonly ValueCount[] {
    return this.#sorted.slice(0, MAX_VALUES);
  }

  /** How often records have a value that is not among the {@link largest}. */
  get others(): number {
    return this.#sorted.slice(MAX_VALUES).reduce((sum, { count }) => sum + count, 0);
  }

  get #sorted(): readonly ValueCount[] {
    return [...this.#counts]
      .map(([key, count]) => ({ key, count }))
      .filter(({ count }) => count !== 0)
      .sort((a, b) => b.count - a.count || (String(a.key) < String(b.key) ? -1 : 1));
  }
}
