import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ProgressListener } from '@cumulus/dynamodb/items';
import { byteOrder, RecordSorter, SpilledLines, textOfByteOrder } from '@cumulus/dynamodb/storage';
import { findGranuleHoldings, type GranuleHolding } from '@cumulus/models/holdings';
import type { Cmr } from '../../cmr/cmr.ts';
import { Cursor } from '../cursor.ts';
import type { Findings } from '../findings.ts';
import { type GranuleFilter, isFiltered, isUnknownToCmr, isWanted } from '../granule-filter.ts';
import { collectionsInCmr, findInCmr, granulesInCmr } from './cmr-holdings.ts';
import {
  belongsInCmr,
  type CmrGranule,
  collectionIdOf,
  type GranuleRules,
  type HeldGranule,
  judgeGranule,
  type LinkRules,
} from './held-granule.ts';

/** Granules that are looked at again at once. */
const BATCH_SIZE = 50;

/** A collection of the table. */
export interface KnownCollection {
  readonly id: string;
  readonly name: string;
  readonly version: string;
}

export interface CompareCmrOptions {
  readonly client: DynamoDBClient;
  readonly granulesTable: string;
  readonly cmr: Cmr;
  readonly collections: readonly KnownCollection[];
  readonly filter: GranuleFilter;
  readonly links: LinkRules;
  readonly onProgress?: ProgressListener | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** What was compared with CMR, beside the findings. */
export interface ComparedCmr {
  /** Whether collections were compared: not where the report is about granules of any collection. */
  readonly hasCollections: boolean;
  /** Granules that belong in CMR, and whose collection is not in both. */
  readonly inOtherCollections: number;
  readonly lookedAtAgain: { readonly granules: number; readonly resolved: number };
}

/** Compares collections, granules and files with CMR. Granules of both are sorted on disk, so memory is bounded. */
export class CmrComparison {
  readonly #options: CompareCmrOptions;
  readonly #inBoth: ReadonlyMap<string, KnownCollection>;
  readonly #ofCmr: ReadonlySet<string>;
  readonly #granules = new RecordSorter();
  readonly #found = new RecordSorter();
  readonly #suspects = new SpilledLines();
  readonly #rules: GranuleRules;
  #inOtherCollections = 0;
  #resolved = 0;

  private constructor(options: CompareCmrOptions, ofCmr: ReadonlySet<string>) {
    this.#options = options;
    this.#ofCmr = ofCmr;
    this.#inBoth = new Map(options.collections.filter(({ id }) => ofCmr.has(id)).map((each) => [each.id, each]));
    const { filter, links } = options;
    this.#rules = {
      ...links,
      isWanted: (each) => isWanted(each, filter),
      isCompared: (id) => this.#isCompared(id),
      isTwoWay: !isUnknownToCmr(filter),
    };
  }

  /** Asks CMR for its collections. @throws CmrError, NotConfiguredError, ServiceUnavailableError */
  static async open(options: CompareCmrOptions): Promise<CmrComparison> {
    return new CmrComparison(options, await collectionsInCmr(options));
  }

  /** Takes a granule of the table; all of them have to be taken before {@link compare}. */
  takeGranule(granule: GranuleHolding): Promise<void> | undefined {
    const { collectionId, granuleId } = granule;
    if (collectionId !== undefined && this.#isCompared(collectionId))
      return this.#granules.add(byteOrder(granuleId), JSON.stringify(granule));
    if (belongsInCmr(granule) && this.#rules.isWanted(granule)) this.#inOtherCollections += 1;
    return undefined;
  }

  /** @throws CmrError, ServiceUnavailableError; FileError for a full disk */
  async compare(findings: Findings): Promise<ComparedCmr> {
    const { filter, onProgress, abortSignal } = this.#options;
    const hasCollections = !isFiltered({ ...filter, collectionIds: undefined });
    if (hasCollections) await this.#compareCollections(findings);
    for (const [id, collection] of this.#inBoth) {
      abortSignal?.throwIfAborted();
      if (!this.#isCompared(id)) continue;
      await granulesInCmr(this.#options, collection, filter.granuleIds, (granule) => {
        onProgress?.({ phase: 'comparing', table: `CMR, ${id}`, items: this.#found.count, bytes: 0 });
        return this.#found.add(byteOrder(granule.granuleUr), JSON.stringify(granule));
      });
    }
    await this.#join(findings);
    await this.#lookAgain(findings);
    return {
      hasCollections,
      inOtherCollections: this.#inOtherCollections,
      lookedAtAgain: { granules: this.#suspects.count, resolved: this.#resolved },
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.#granules.close(), this.#found.close(), this.#suspects.close()]);
  }

  #isCompared(id: string): boolean {
    const { collectionIds } = this.#options.filter;
    return this.#inBoth.has(id) && (collectionIds === undefined || collectionIds.includes(id));
  }

  async #compareCollections(findings: Findings): Promise<void> {
    const { collections, filter } = this.#options;
    const part = 'collectionsInCumulusCmr';
    const known = new Set(collections.map(({ id }) => id));
    const asked = filter.collectionIds ?? [...new Set([...known, ...this.#ofCmr])];
    for (const id of asked.toSorted()) {
      if (known.has(id) && this.#ofCmr.has(id)) findings.ok(part);
      else if (known.has(id)) await findings.add({ part, list: 'onlyInCumulus', entry: id });
      else if (this.#ofCmr.has(id)) await findings.add({ part, list: 'onlyInCmr', entry: id });
    }
  }

  async #join(findings: Findings): Promise<void> {
    const granules = await Cursor.open(this.#granules.sorted());
    const found = await Cursor.open(this.#found.sorted());
    try {
      for (;;) {
        const [own, others] = [granules.current, found.current];
        if (own === undefined && others === undefined) return;
        const order = own === undefined || (others !== undefined && others.key < own.key) ? others?.key : own.key;
        const inCumulus = own?.key === order ? (JSON.parse(own?.note ?? '') as GranuleHolding) : undefined;
        const ofCmr: CmrGranule[] = [];
        while (found.current?.key === order) {
          ofCmr.push(JSON.parse(found.current?.note ?? '') as CmrGranule);
          await found.advance();
        }
        const inCmr = distinct(ofCmr);
        if (inCumulus !== undefined) await granules.advance();
        if (!this.#count({ inCumulus, inCmr }, findings)) await this.#suspects.add(textOfOrder(order));
      }
    } finally {
      await Promise.all([granules.close(), found.close()]);
    }
  }

  /** @returns false, and counts nothing, where there is a difference */
  #count(held: HeldGranule, findings: Findings): boolean {
    const judged = judgeGranule(held, this.#rules);
    if (judged.findings.length > 0) return false;
    for (const [part, count] of judged.ok) findings.ok(part, count);
    return true;
  }

  /** Looks at granules again, by their ids: what was written while others were read is no difference. */
  async #lookAgain(findings: Findings): Promise<void> {
    const { client, granulesTable, abortSignal, onProgress } = this.#options;
    let items = 0;
    for await (const lines of this.#suspects.read()) {
      for (let start = 0; start < lines.length; start += BATCH_SIZE) {
        abortSignal?.throwIfAborted();
        const ids = lines.slice(start, start + BATCH_SIZE).map((line) => JSON.parse(line) as string);
        const [granules, found] = await Promise.all([
          findGranuleHoldings({ client, table: granulesTable }, ids),
          findInCmr(this.#options, ids),
        ]);
        const own = new Map(granules.map((granule) => [granule.granuleId, granule]));
        for (const id of ids) {
          const inCmr = distinct(found.filter(({ granuleUr }) => granuleUr === id));
          const judged = judgeGranule({ inCumulus: own.get(id), inCmr }, this.#rules);
          if (judged.findings.length === 0) this.#resolved += 1;
          for (const [part, count] of judged.ok) findings.ok(part, count);
          for (const finding of judged.findings) await findings.add(finding);
        }
        items += ids.length;
        const expectedItems = this.#suspects.count;
        onProgress?.({ phase: 'checking', table: 'differences from CMR', items, bytes: 0, expectedItems });
      }
    }
  }
}

/** Granules of one id: what came on two pages counts once. */
function distinct(granules: readonly CmrGranule[]): readonly CmrGranule[] {
  return [...new Map(granules.map((granule) => [collectionIdOf(granule), granule])).values()];
}

/** An id as a line. */
function textOfOrder(order: string | undefined): string {
  return JSON.stringify(textOfByteOrder(order ?? ''));
}
