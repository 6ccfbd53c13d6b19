import { HTTPException } from 'hono/http-exception';
import { bad } from '../http/bad-parameter.ts';
import { parseFormat } from './time-format.ts';
import { INTERVALS, parseInterval } from './time-interval.ts';

/** How times are counted, in the words of the request. */
export interface HistogramCriteria {
  readonly field: string;
  /** As Elasticsearch takes it: `day`, `1M`, `90m`. */
  readonly interval: string;
  /** As Elasticsearch takes it: `yyyy-MM-dd`. */
  readonly format: string;
}

/** A piece of time, by its beginning, and how many there are of it. */
export interface TimeCount {
  readonly date: string;
  readonly count: number;
}

/** The most pieces of time in an answer. */
const MAX_PIECES = 10_000;

/** Counts times by pieces of time. */
export class Histogram {
  readonly #criteria: HistogramCriteria;
  readonly #interval: NonNullable<ReturnType<typeof parseInterval>>;
  readonly #format: NonNullable<ReturnType<typeof parseFormat>>;
  readonly #counts = new Map<number, number>();

  /** @throws HTTPException 400 for an interval or a format that is none */
  constructor(criteria: HistogramCriteria) {
    const interval = parseInterval(criteria.interval);
    if (interval === undefined) throw bad('interval', `takes ${INTERVALS}, not "${criteria.interval}"`);
    const format = parseFormat(criteria.format);
    if (format === undefined)
      throw bad('format', `takes letters such as yyyy-MM-dd HH:mm, or epoch_millis, not "${criteria.format}"`);
    this.#criteria = criteria;
    this.#interval = interval;
    this.#format = format;
  }

  /**
   * Counts the times that a record has.
   * @param values in milliseconds since 1970 or by ISO 8601; what no JavaScript date holds is left out
   * @throws HTTPException 400 where they are something else, or there are too many pieces of time
   */
  add(values: readonly unknown[]): void {
    const starts = values.flatMap((value) => {
      const time = this.#timeOf(value);
      return time === undefined ? [] : this.#interval.startOf(time);
    });
    for (const start of new Set(starts)) this.#counts.set(start, (this.#counts.get(start) ?? 0) + 1);
    if (this.#counts.size > MAX_PIECES)
      throw new HTTPException(400, {
        message: `That is more than ${MAX_PIECES} pieces of time: ask for a longer interval, or a shorter time.`,
      });
  }

  /** The earliest first; those between the first and the last that have nothing too, unless they are too many. */
  get counts(): readonly TimeCount[] {
    const starts = [...this.#counts.keys()].sort((a, b) => a - b);
    return this.#withGaps(starts).flatMap((start) => {
      // A piece can begin before all dates that JavaScript holds.
      if (Number.isNaN(new Date(start).getTime())) return [];
      return { date: this.#format(start), count: this.#counts.get(start) ?? 0 };
    });
  }

  #withGaps(starts: readonly number[]): readonly number[] {
    const [first, last] = [starts[0], starts.at(-1)];
    if (first === undefined || last === undefined) return [];
    const all: number[] = [];
    for (let start = first; start <= last; start = this.#interval.next(start)) {
      if (all.length === MAX_PIECES) return starts;
      all.push(start);
    }
    return all;
  }

  #timeOf(value: unknown): number | undefined {
    if (value === null) return undefined;
    const time = typeof value === 'string' && ISO_DATE.test(value) ? Date.parse(value) : value;
    if (typeof time !== 'number')
      throw bad('field', `names "${this.#criteria.field}", which holds something else than times`);
    return Number.isNaN(new Date(time).getTime()) ? undefined : time;
  }
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?:T|$)/;
