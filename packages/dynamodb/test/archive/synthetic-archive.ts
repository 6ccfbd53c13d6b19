import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { reachName, shardsName } from '../../src/archive/format/names.ts';
import { formatReach, formatShards } from '../../src/archive/format/notes.ts';
import { formatChange, type Gap } from '../../src/archive/format/segment.ts';
import { readTableArchive } from '../../src/archive/read/table-archive.ts';
import { sourceAt } from '../../src/archive/state/plan-state.ts';
import { itemAt, SortedKeys } from '../../src/archive/state/sorted-keys.ts';
import { placeOf, ShardChain } from '../../src/archive/store/shard-chain.ts';
import { datedFileName, manifestName } from '../../src/backup/format/file-names.ts';
import {
  type BackupManifest,
  formatManifest,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
} from '../../src/backup/format/manifest.ts';
import type { TypedItem } from '../../src/items/typed-item.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { Shard } from '../../src/streams/shards.ts';
import { GRANULE_SCHEMA } from '../scratch.ts';
import { byKey } from './archived.ts';

export const TABLE = 'synthetic-GranulesTable';
const ARN = `arn:aws:dynamodb:us-east-1:123456789012:table/${TABLE}`;
const SETTLE = 15_000;

interface SyntheticShard extends Shard {
  readonly lineage: number;
  chain: ShardChain;
}

/** An archive of months that is written within moments: its clock is the test's, and so is the journal of what was done. */
export class SyntheticArchive {
  readonly directory: string;
  readonly #lineages: number;
  #label = '';
  #shards: SyntheticShard[] = [];
  #sequence = 0;
  readonly #journal: { readonly key: string; readonly item: TypedItem | undefined; readonly time: number }[] = [];

  constructor(directory: string, lineages = 2) {
    this.directory = directory;
    this.#lineages = lineages;
  }

  /** Begins with a stream. What was there before is no longer followed. */
  async openStream(now: number): Promise<void> {
    this.#label = new Date(now).toISOString().slice(0, -1);
    this.#shards = [];
    const gap = { from: null, until: new Date(now).toISOString() };
    for (let lineage = 0; lineage < this.#lineages; lineage += 1) await this.#openShard(lineage, now, undefined, gap);
  }

  /** Writes a base of the table as it is now. */
  base(now: number): void {
    const items = [...this.#stateNow().values()];
    const content = gzipSync(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    const name = datedFileName(TABLE, new Date(now), { gzip: true });
    const time = new Date(now).toISOString();
    const manifest: BackupManifest = {
      format: MANIFEST_FORMAT,
      formatVersion: MANIFEST_VERSION,
      createdBy: 'a test',
      table: {
        name: TABLE,
        arn: ARN,
        id: 'id',
        region: 'us-east-1',
        billingMode: 'PAY_PER_REQUEST',
        schema: GRANULE_SCHEMA,
      },
      scan: { startedAt: time, endedAt: time, segments: 1, consistentRead: true, resumed: 0 },
      file: { compression: 'gzip', bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') },
      items: items.length,
    };
    writeFileSync(join(this.directory, name), content);
    writeFileSync(join(this.directory, manifestName(name)), formatManifest(manifest));
  }

  /**
   * Changes items, and archives that in a segment of each shard.
   * @param changes keys, what they become, and their times as DynamoDB gives them, in the order in which they are done
   */
  async change(
    now: number,
    changes: readonly { readonly key: string; readonly item: TypedItem | undefined; readonly time: number }[],
  ): Promise<void> {
    for (let lineage = 0; lineage < this.#lineages; lineage += 1) {
      const ours = changes.filter(({ key }) => this.#lineageOf(key) === lineage);
      const records = ours.map(({ key, item, time }) => {
        this.#sequence += 1;
        return {
          eventName: item === undefined ? 'REMOVE' : 'MODIFY',
          dynamodb: {
            SequenceNumber: String(this.#sequence),
            ApproximateCreationDateTime: time,
            Keys: { granuleId: { S: key } },
            ...(item === undefined ? {} : { NewImage: item }),
          },
        };
      });
      await this.#append(lineage, now, {
        lines: records.map((record) => formatChange(record as never)),
        changes: ours,
      });
    }
    this.#journal.push(...changes);
  }

  /** Ends a shard; its keys go to another one. */
  async split(now: number, lineage: number): Promise<void> {
    const shard = this.#openOf(lineage);
    await this.#append(lineage, now, { lines: [], changes: [], ended: true });
    await (await openStorage(this.directory)).remove(reachName(this.#placeOf(shard.id)));
    (shard as { closed: boolean }).closed = true;
    await this.#openShard(lineage, now, shard, null);
  }

  /** Changes are lost between two times. */
  async loseChanges(from: number, until: number): Promise<void> {
    const gap = { from: new Date(from).toISOString(), until: new Date(until).toISOString() };
    for (let lineage = 0; lineage < this.#lineages; lineage += 1)
      await this.#append(lineage, until, { lines: [], changes: [], gap });
  }

  /** Notes up to when all shards were read. */
  async readTo(now: number): Promise<void> {
    const storage = await openStorage(this.directory);
    for (const { id, closed, chain } of this.#shards) {
      if (closed || chain.head === undefined) continue;
      const { name, sha256 } = chain.head;
      const note = { segment: { name, sha256 }, readTo: new Date(now).toISOString(), settle: SETTLE };
      await storage.write(reachName(this.#placeOf(id)), formatReach(note));
    }
    const shards = this.#shards.map(({ id, parentId, closed }) => ({ id, parentId, closed }));
    const note = { arn: `${ARN}/stream/${this.#label}`, at: new Date(now).toISOString(), shards };
    await storage.write(shardsName({ table: TABLE, label: this.#label }), formatShards(note));
  }

  /** What the table was at a second, by key, as the journal has it. */
  stateAt(second: number): ReadonlyMap<string, string> {
    return byKey(this.#itemsOf(this.#journal.filter(({ time }) => time <= second)).values());
  }

  /** What the archive has of some seconds, by key. */
  async statesIn(seconds: readonly number[]): Promise<readonly ReadonlyMap<string, string>[]> {
    const storage = await openStorage(this.directory);
    const archive = await readTableArchive(storage, TABLE);
    const states: ReadonlyMap<string, string>[] = [];
    for (const second of seconds) {
      const items: TypedItem[] = [];
      const take = (line: string): undefined => void items.push(JSON.parse(line) as TypedItem);
      const source = sourceAt(archive, second * 1000);
      const takeUnchanged = (line: Buffer): undefined => take(line.toString());
      const sorted = await SortedKeys.read({ storage, source, until: second * 1000, takeUnchanged });
      for await (const history of sorted.keys()) {
        const item = itemAt(history, second);
        if (item !== undefined) take(item);
      }
      await sorted.close();
      states.push(byKey(items));
    }
    return states;
  }

  #stateNow(): ReadonlyMap<string, TypedItem> {
    return this.#itemsOf(this.#journal);
  }

  #itemsOf(journal: readonly { readonly key: string; readonly item: TypedItem | undefined }[]): Map<string, TypedItem> {
    const state = new Map<string, TypedItem>();
    for (const { key, item } of journal) {
      if (item === undefined) state.delete(key);
      else state.set(key, item);
    }
    return state;
  }

  #placeOf(shard: string) {
    return placeOf({
      table: { name: TABLE, arn: ARN, id: 'id' },
      stream: { arn: '', label: this.#label },
      id: shard,
      parent: null,
    });
  }

  #lineageOf(key: string): number {
    return Number(key.replace(/\D/g, '')) % this.#lineages;
  }

  #openOf(lineage: number): SyntheticShard {
    return this.#shards.find((shard) => shard.lineage === lineage && !shard.closed) as SyntheticShard;
  }

  async #openShard(lineage: number, now: number, parent: SyntheticShard | undefined, gap: Gap | null): Promise<void> {
    const id = `shardId-${String(this.#shards.length).padStart(6, '0')}-${lineage}`;
    const stream = { arn: `${ARN}/stream/${this.#label}`, label: this.#label };
    const shard = { table: { name: TABLE, arn: ARN, id: 'id' }, stream, id, parent: parent?.id ?? null };
    const end = parent?.chain.head;
    const chain = await ShardChain.open(
      await openStorage(this.directory),
      shard,
      end === undefined ? null : { name: end.name, sha256: end.sha256 },
    );
    this.#shards.push({ id, parentId: parent?.id, closed: false, lineage, chain });
    await this.#append(lineage, now, { lines: [], changes: [], gap });
  }

  async #append(
    lineage: number,
    now: number,
    what: {
      readonly lines: readonly string[];
      readonly changes: readonly { readonly time: number }[];
      readonly gap?: Gap | null;
      readonly ended?: boolean;
    },
  ): Promise<void> {
    const { lines, changes, gap = null, ended = false } = what;
    const times = changes.map(({ time }) => time);
    await this.#openOf(lineage).chain.append({
      ...{ lines, late: 0, gap, ended, settle: SETTLE, readTo: new Date(now).toISOString() },
      first: lines.length === 0 ? null : String(this.#sequence - lines.length + 1),
      last: lines.length === 0 ? null : String(this.#sequence),
      earliest: lines.length === 0 ? null : Math.min(...times),
      latest: lines.length === 0 ? null : Math.max(...times),
    });
  }
}

/** An item of a number, with what distinguishes it from what it was before. */
export function itemOf(key: string, version: number): TypedItem {
  return { granuleId: { S: key }, collectionId: { S: 'C' }, version: { N: String(version) } };
}
