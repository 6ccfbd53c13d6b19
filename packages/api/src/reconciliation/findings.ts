import { SpilledLines } from '@cumulus/dynamodb/storage';

/** The lists of a report, by the part that they are of. */
export const LISTS = {
  filesInCumulus: ['onlyInS3', 'onlyInDynamoDb', 'wrongSize'],
  filesInGranules: ['onlyInGranules', 'onlyInFiles'],
  collectionsInCumulusCmr: ['onlyInCumulus', 'onlyInCmr'],
  granulesInCumulusCmr: ['onlyInCumulus', 'onlyInCmr'],
  filesInCumulusCmr: ['onlyInCumulus', 'onlyInCmr'],
} as const;

/** A part of a report: two holdings that were compared. */
export type Part = keyof typeof LISTS;

export const PARTS = Object.keys(LISTS) as readonly Part[];

/** A difference: which list it is in, and what is listed. */
export interface Finding {
  readonly part: Part;
  readonly list: string;
  readonly entry: unknown;
}

/** What a comparison has shown; differences are kept on disk, however many there are. */
export class Findings {
  readonly #lists = new Map<string, SpilledLines>();
  readonly #okCounts = new Map<Part, number>();

  /** Counts something that is the same in both. */
  ok(part: Part, count = 1): void {
    this.#okCounts.set(part, this.okCount(part) + count);
  }

  okCount(part: Part): number {
    return this.#okCounts.get(part) ?? 0;
  }

  /** @returns undefined if there was nothing to wait for; calls that are waited for must not overlap */
  add({ part, list, entry }: Finding): Promise<void> | undefined {
    return this.#linesOf(part, list).add(JSON.stringify(entry));
  }

  count(part: Part, list: string): number {
    return this.#lists.get(`${part}.${list}`)?.count ?? 0;
  }

  /** All differences. */
  get differences(): number {
    return [...this.#lists.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** The entries of a list as JSON, some at once. */
  read(part: Part, list: string): AsyncGenerator<readonly string[], void> {
    return this.#linesOf(part, list).read();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lists.values()].map((lines) => lines.close()));
  }

  #linesOf(part: Part, list: string): SpilledLines {
    const name = `${part}.${list}`;
    const lines = this.#lists.get(name) ?? new SpilledLines();
    this.#lists.set(name, lines);
    return lines;
  }
}
