import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProgressListener } from '@cumulus/dynamodb/items';
import { RecordSorter, type S3Objects, SpilledLines } from '@cumulus/dynamodb/storage';
import { type GranuleHolding, scanFileRows } from '@cumulus/models/holdings';
import { Cursor } from '../cursor.ts';
import type { Findings } from '../findings.ts';
import { type GranuleFilter, isFiltered, isWanted } from '../granule-filter.ts';
import { orderOf, placeOf } from '../place.ts';
import { type Claim, type HeldPlace, judge, note, type Wanted } from './held-place.ts';
import { lookAgain, type Suspect } from './look-again.ts';
import { type ComparedBucket, type HeldObject, ObjectsInOrder } from './objects.ts';

/** Places that are looked at again at once. */
const BATCH_SIZE = 100;

export interface CompareFilesOptions {
  readonly client: DynamoDBClient;
  readonly filesTable: string;
  readonly granulesTable: string;
  readonly buckets: readonly ComparedBucket[];
  readonly s3: () => Promise<S3Objects>;
  readonly filter: GranuleFilter;
  readonly maxReadUnits?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What was compared, beside the findings. */
export interface ComparedFiles {
  /** How many objects each bucket has. */
  readonly objects: ReadonlyMap<string, number>;
  /** How many files the tables have in buckets that were not looked into, by bucket. */
  readonly otherBuckets: ReadonlyMap<string, number>;
  /** Files that granules list without a place in S3. */
  readonly withoutPlace: number;
  /** Places with a difference that were looked at again at the end, and those of them where there was none any more. */
  readonly lookedAtAgain: { readonly places: number; readonly resolved: number };
}

/**
 * Compares the objects of buckets, the rows of the FilesTable and the files that granules list, place by place. All three are read in the
 * order of places, those of the tables by sorting them on disk, so memory is bounded.
 */
export class FileComparison {
  readonly #options: CompareFilesOptions;
  readonly #rows = new RecordSorter();
  readonly #claims = new RecordSorter();
  readonly #suspects = new SpilledLines();
  readonly #otherBuckets = new Map<string, number>();
  readonly #listed: ReadonlySet<string>;
  #withoutPlace = 0;
  #resolved = 0;

  constructor(options: CompareFilesOptions) {
    this.#options = options;
    this.#listed = new Set(options.buckets.map(({ name }) => name));
  }

  /** Takes a granule; all of them have to be taken before {@link compare}. */
  async takeGranule(granule: GranuleHolding): Promise<void> {
    const wanted = isWanted(granule, this.#options.filter);
    for (const { bucket, key, size } of granule.files) {
      if (bucket !== undefined && key !== undefined) {
        const claim: ClaimNote = [granule.granuleId, size ?? null, wanted ? 1 : 0];
        const added = this.#claims.add(orderOf({ bucket, key }), JSON.stringify(claim));
        if (added !== undefined) await added;
      } else if (wanted) {
        this.#withoutPlace += 1;
      }
    }
  }

  /** @throws what S3 and DynamoDB say; FileError for a full disk; TableReplacedError */
  async compare(findings: Findings): Promise<ComparedFiles> {
    const { client, filesTable, maxReadUnits, onProgress, abortSignal, s3, buckets } = this.#options;
    const requireSame = await scanFileRows({
      ...{ client, table: filesTable, maxReadUnits, onProgress, abortSignal },
      take: (row) => this.#rows.add(orderOf(row), JSON.stringify(row.granules)),
    });
    const objects = new ObjectsInOrder({ buckets, s3, onProgress, abortSignal });
    await this.#join(objects, findings);
    await this.#lookAgain(findings);
    await requireSame();
    return {
      objects: objects.counts,
      otherBuckets: this.#otherBuckets,
      withoutPlace: this.#withoutPlace,
      lookedAtAgain: { places: this.#suspects.count, resolved: this.#resolved },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#rows.close(), this.#claims.close(), this.#suspects.close()]);
  }

  async #join(objects: ObjectsInOrder, findings: Findings): Promise<void> {
    const [seen, rows, claims] = await Promise.all([
      Cursor.open<HeldObject>(objects.batches()),
      Cursor.open(this.#rows.sorted()),
      Cursor.open(this.#claims.sorted()),
    ]);
    try {
      for (;;) {
        const order = least(seen.current?.order, rows.current?.key, claims.current?.key);
        if (order === undefined) return;
        const object = seen.current?.order === order ? seen.current : undefined;
        const row = rows.current?.key === order ? (JSON.parse(rows.current.note) as string[]) : undefined;
        const claimed: ClaimNote[] = [];
        while (claims.current?.key === order) {
          claimed.push(JSON.parse(claims.current.note) as ClaimNote);
          const turned = claims.advance();
          if (turned !== undefined) await turned;
        }
        const waits = [
          object === undefined ? undefined : seen.advance(),
          row === undefined ? undefined : rows.advance(),
          this.#judge({ order, object, row }, claimed, findings),
        ];
        // Most places need not wait for anything, and millions of them would for nothing.
        if (waits.some((wait) => wait !== undefined)) await Promise.all(waits);
      }
    } finally {
      await Promise.all([seen.close(), rows.close(), claims.close()]);
    }
  }

  /** @returns undefined if there was nothing to wait for */
  #judge(
    { order, object, row }: Pick<HeldPlace, 'order' | 'object' | 'row'>,
    claimed: readonly ClaimNote[],
    findings: Findings,
  ): Promise<void> | undefined {
    const { bucket } = placeOf(order);
    const isListed = this.#listed.has(bucket);
    const claims = claimed.map(([granuleId, size]): Claim => ({ granuleId, size: size ?? undefined }));
    const wanted = this.#wantedOf(claimed);
    const judgement = judge({ order, isListed, object, row, claims }, wanted);
    if (!isListed && (!wanted.isFiltered || claimed.some(([, , isIn]) => isIn === 1)))
      this.#otherBuckets.set(bucket, (this.#otherBuckets.get(bucket) ?? 0) + 1);
    if (judgement.findings.length === 0) {
      for (const part of judgement.ok) findings.ok(part);
      return undefined;
    }
    const suspect: Suspect = { order, granules: claims.map(({ granuleId }) => granuleId) };
    return this.#suspects.add(JSON.stringify(suspect));
  }

  #wantedOf(claimed: readonly ClaimNote[]): Wanted {
    if (!isFiltered(this.#options.filter)) return { isFiltered: false, isWanted: () => true };
    const known = new Map(claimed.map(([granuleId, , isIn]) => [granuleId, isIn === 1]));
    return { isFiltered: true, isWanted: (granuleId) => known.get(granuleId) };
  }

  async #lookAgain(findings: Findings): Promise<void> {
    const { client, filesTable, granulesTable, s3, filter, abortSignal, onProgress } = this.#options;
    const options = {
      client,
      filesTable,
      granulesTable,
      s3,
      filter,
      isListed: (name: string) => this.#listed.has(name),
    };
    let items = 0;
    for await (const lines of this.#suspects.read()) {
      for (let start = 0; start < lines.length; start += BATCH_SIZE) {
        abortSignal?.throwIfAborted();
        const batch = lines.slice(start, start + BATCH_SIZE).map((line) => JSON.parse(line) as Suspect);
        const { places, wanted } = await lookAgain(batch, options);
        for (const place of places) {
          const judgement = judge(place, wanted);
          if (judgement.findings.length === 0) this.#resolved += 1;
          await note(judgement, findings);
        }
        items += batch.length;
        const expectedItems = this.#suspects.count;
        onProgress?.({ phase: 'checking', table: 'differences', items, bytes: 0, expectedItems });
      }
    }
  }
}

/** The granule, the size that it says, and whether it counts. */
type ClaimNote = readonly [granuleId: string, size: number | null, isWanted: 0 | 1];

function least(...orders: readonly (string | undefined)[]): string | undefined {
  let first: string | undefined;
  for (const order of orders) if (order !== undefined && (first === undefined || order < first)) first = order;
  return first;
}
