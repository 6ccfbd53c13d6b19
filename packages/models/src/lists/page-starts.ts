/** For how long a search's pages are remembered after they were last asked for, in milliseconds. */
const LIFETIME = 10 * 60_000;

const MAX_SEARCHES = 200;

const MAX_PAGES = 1_000;

/** Remembers where the pages of searches begin that are too far behind to be reached from the first page by one answer. */
export class PageStarts {
  readonly #searches = new Map<string, { usedAt: number; readonly cursors: Map<number, string> }>();

  find(search: string, page: number): string | undefined {
    const known = this.#searches.get(search);
    if (known === undefined || Date.now() - known.usedAt > LIFETIME) return undefined;
    return known.cursors.get(page);
  }

  note(search: string, page: number, cursor: string | undefined): void {
    if (cursor === undefined) return;
    const known = this.#searches.get(search) ?? { usedAt: 0, cursors: new Map<number, string>() };
    known.usedAt = Date.now();
    known.cursors.set(page, cursor);
    trim(known.cursors, MAX_PAGES);
    // Those used last are last.
    this.#searches.delete(search);
    this.#searches.set(search, known);
    trim(this.#searches, MAX_SEARCHES);
  }
}

function trim(map: Map<unknown, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
