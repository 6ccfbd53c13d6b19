import type { ProgressListener } from '@cumulus/dynamodb/items';
import { type Inventory, RecordSorter, type S3Objects, StorageError } from '@cumulus/dynamodb/storage';
import { orderOf, uriOf } from '../place.ts';

/** An object, as a listing or an inventory has it. */
export interface HeldObject {
  /** As `orderOf` gives it. */
  readonly order: string;
  readonly size: number | undefined;
}

/** A bucket whose objects are compared. */
export interface ComparedBucket {
  readonly name: string;
  /** Where its objects are known from. */
  readonly from: 'listing' | Inventory;
}

export interface ObjectsOptions {
  readonly buckets: readonly ComparedBucket[];
  readonly s3: () => Promise<S3Objects>;
  readonly onProgress?: ProgressListener | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** The objects of all buckets in the order of their places, and how many each bucket has. */
export class ObjectsInOrder {
  readonly counts = new Map<string, number>();
  readonly #options: ObjectsOptions;

  constructor(options: ObjectsOptions) {
    this.#options = options;
    for (const { name } of options.buckets) this.counts.set(name, 0);
  }

  /** @throws StorageError, InventoryError, and what else S3 says */
  async *batches(): AsyncGenerator<readonly HeldObject[], void> {
    const buckets = this.#options.buckets.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, from } of buckets) {
      const batches = from === 'listing' ? this.#listed(name) : this.#inventoried(from);
      for await (const batch of batches) {
        this.#options.abortSignal?.throwIfAborted();
        yield batch;
        const items = (this.counts.get(name) ?? 0) + batch.length;
        this.counts.set(name, items);
        this.#options.onProgress?.({ phase: 'comparing', table: `s3://${name}`, items, bytes: 0 });
      }
    }
  }

  async *#listed(bucket: string): AsyncGenerator<readonly HeldObject[], void> {
    let last = '';
    for await (const page of (await this.#options.s3()).listing(bucket)) {
      const batch = page.map(({ key, size }) => ({ order: orderOf({ bucket, key }), size }));
      for (const { order } of batch) {
        if (order <= last)
          throw new StorageError(`S3 lists ${uriOf(order)} after ${uriOf(last)}: the bucket is listed in no order.`, [
            'Directory buckets are. Give an inventory of it instead.',
          ]);
        last = order;
      }
      yield batch;
    }
  }

  /** Inventories are in no order, and may list an object twice. */
  async *#inventoried(inventory: Inventory): AsyncGenerator<readonly HeldObject[], void> {
    const { onProgress, abortSignal } = this.#options;
    const sorter = new RecordSorter();
    try {
      for await (const batch of inventory.objects()) {
        abortSignal?.throwIfAborted();
        for (const { key, size } of batch) {
          const added = sorter.add(orderOf({ bucket: inventory.bucket, key }), String(size ?? ''));
          if (added !== undefined) await added;
        }
        onProgress?.({ phase: 'checking', table: inventory.name, items: sorter.count, bytes: 0 });
      }
      let last = '';
      for await (const records of sorter.sorted()) {
        const batch: HeldObject[] = [];
        for (const { key, note } of records) {
          if (key === last) continue;
          batch.push({ order: key, size: note === '' ? undefined : Number(note) });
          last = key;
        }
        yield batch;
      }
    } finally {
      await sorter.close();
    }
  }
}
