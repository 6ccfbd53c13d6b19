import { createHash } from 'node:crypto';
import type { Models, RecordFilter, RecordFilterOf, SearchPage } from '@cumulus/models';
import type { Granule } from '@cumulus/models/schemas';
import { GranuleRequestError } from '../errors.ts';
import type { OperationFolder } from '../operations/operation-folder.ts';
import type { GranuleRef, GranuleSelection } from './bulk-request.ts';

/** Granules of a list that are worked on between two notes. */
const GRANULES_AT_ONCE = 100;

/** Records that are read at once, and how much may be read for them: for milliseconds, and in DynamoDB's read units. */
const RECORDS_ON_PAGE = 1_000;
const BUDGET = { milliseconds: 10_000, readUnits: 1_000 };

/** Ids that are compared with one another in memory. */
const IDS_IN_MEMORY = 500_000;

/** How far finding is. */
export type FindingPosition =
  /** Pages are found, in an order in which what is written meanwhile is found later, so perhaps twice. */
  | {
      readonly phase: 'find';
      readonly pages: number;
      readonly found: number;
      readonly cursor?: string | undefined;
      /** Whether the page at the cursor was the last one, and is read again. */
      readonly isLast?: boolean;
    }
  /** Of all ids of a share, each is listed once. */
  | {
      readonly phase: 'list';
      readonly pages: number;
      readonly shares: number;
      /** Which share is next. */
      readonly share: number;
      readonly lists: number;
      readonly total: number;
    };

/** The lists of granules that were made. */
export interface FoundGranules {
  readonly lists: number;
  readonly total: number;
}

/** Where lists of granules lie in an operation's folder. */
export function listName(list: number): string {
  return `granules/${numbered(list)}.json`;
}

const pageName = (page: number): string => `found/${numbered(page)}.json`;

export function numbered(number: number): string {
  return String(number).padStart(7, '0');
}

export interface FindOptions {
  readonly selection: GranuleSelection;
  readonly granules: Models['granules'];
  readonly folder: OperationFolder;
  /** Where it goes on; undefined to begin. */
  readonly position: FindingPosition | undefined;
  readonly abortSignal: AbortSignal;
  readonly note: (position: FindingPosition, progress: { readonly found: number }) => Promise<void>;
  readonly persist: <T>(act: () => Promise<T>) => Promise<T>;
}

/**
 * Lists the granules that are meant, each once, in objects of the operation's folder. It comes to its end before anything is done
 * with one of them, since that changes what a search finds.
 */
export async function findGranules(options: FindOptions): Promise<FoundGranules> {
  const { selection } = options;
  if ('granules' in selection) {
    const distinct = new Map(selection.granules.map((ref) => [ref.granuleId, ref]));
    return { lists: await writeLists([...distinct.values()], 0, options), total: distinct.size };
  }
  const { max = Number.POSITIVE_INFINITY, filters } = selection;
  const { position } = options;
  const found = await listEachOnce(position?.phase === 'list' ? position : await findPages(filters, options), options);
  if (found.total <= max) return found;
  throw new GranuleRequestError(`The query finds ${found.total} granules, more than its size, ${max}.`, [
    'Nothing was done with any of them. Leave out the size, or give a larger one.',
  ]);
}

type Pages = Extract<FindingPosition, { readonly phase: 'find' }>;
type Lists = Extract<FindingPosition, { readonly phase: 'list' }>;

async function findPages(
  filters: readonly RecordFilter[],
  { position, granules, folder, abortSignal, note, persist }: FindOptions,
): Promise<Lists> {
  let at: Pages = position?.phase === 'find' ? position : { phase: 'find', pages: 0, found: 0 };
  for (let isOver = false; !isOver; ) {
    abortSignal.throwIfAborted();
    const { cursor, isLast = false } = at;
    const page = await persist(() => searchPage(granules, filters, cursor));
    const ids = page.records.map(({ granuleId }) => granuleId);
    const pages = at.pages + 1;
    await persist(() => folder.write(pageName(pages), ids));
    isOver = isLast && page.cursor === undefined;
    // An index has a partition for each status. A granule that went from one to another, which was read by then, is on the last page now.
    const next = page.cursor === undefined ? { cursor, isLast: true } : { cursor: page.cursor };
    at = { phase: 'find', pages, found: at.found + (isLast ? 0 : ids.length), ...next };
    await note(at, { found: at.found });
  }
  const shares = Math.max(1, Math.ceil(at.found / IDS_IN_MEMORY));
  return { phase: 'list', pages: at.pages, shares, share: 0, lists: 0, total: 0 };
}

/** A page of the granules that pass some filters, the oldest first: what is written meanwhile comes to the end, and is found there. */
export function searchPage(
  granules: Models['granules'],
  filters: readonly RecordFilter[],
  cursor: string | undefined,
): Promise<SearchPage<Granule>> {
  const sort = [{ field: 'timestamp', order: 'asc' }] as const;
  return granules.search({
    ...{
      filters: filters as readonly RecordFilterOf<Granule>[],
      sort,
      limit: RECORDS_ON_PAGE,
      budget: BUDGET,
      cursor,
      uncounted: cursor === undefined,
    },
  });
}

/** Reads all pages once for each share of the ids, so that those of a share fit into memory. */
async function listEachOnce(begin: Lists, options: FindOptions): Promise<FoundGranules> {
  const { folder, abortSignal, note, persist } = options;
  let at = begin;
  while (at.share < at.shares) {
    const ids = new Set<string>();
    for (let page = 1; page <= at.pages; page += 1) {
      abortSignal.throwIfAborted();
      for (const id of (await persist(() => folder.read(pageName(page)))) as readonly string[]) {
        if (shareOf(id, at.shares) === at.share) ids.add(id);
      }
    }
    const lists = await writeLists(
      [...ids].map((granuleId) => ({ granuleId })),
      at.lists,
      options,
    );
    at = { ...at, share: at.share + 1, lists: at.lists + lists, total: at.total + ids.size };
    await note(at, { found: at.total });
  }
  return { lists: at.lists, total: at.total };
}

function shareOf(id: string, shares: number): number {
  return shares === 1 ? 0 : createHash('sha256').update(id).digest().readUInt32BE() % shares;
}

/** @returns how many lists it has written */
async function writeLists(
  granules: readonly GranuleRef[],
  before: number,
  { folder, abortSignal, persist }: FindOptions,
): Promise<number> {
  let lists = 0;
  for (let start = 0; start < granules.length; start += GRANULES_AT_ONCE) {
    abortSignal.throwIfAborted();
    lists += 1;
    const name = listName(before + lists);
    await persist(() => folder.write(name, granules.slice(start, start + GRANULES_AT_ONCE)));
  }
  return lists;
}
