import { randomUUID } from 'node:crypto';
import { countPointers } from '../../backup/format/s3-pointers.ts';
import type { Storage } from '../../storage/storage.ts';
import type { StreamPosition } from '../../streams/position.ts';
import { parseArchiveName, type ShardPlace, segmentName, streamInNames } from '../format/names.ts';
import { type ArchivedTable, formatSegment, type Gap, type ProvedFile, type SegmentHeader } from '../format/segment.ts';
import { type ReadSegment, readSegment } from '../read/read-segment.ts';

/** A shard with all that its segments say of where it belongs. */
export interface ArchivedShard {
  readonly table: ArchivedTable;
  readonly stream: SegmentHeader['stream'];
  readonly id: string;
  readonly parent: string | null;
}

/** What the next segment of a shard holds. */
export interface NextSegment {
  /** Changes after those of the last segment, as lines, all that there are in between. */
  readonly lines: readonly string[];
  readonly first: string | null;
  readonly last: string | null;
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly late: number;
  readonly gap: Gap | null;
  readonly ended: boolean;
  readonly readTo: string | null;
  readonly settle: number;
}

/**
 * The segments of a shard, one after the other. Each has the hash of the one before it. Its name depends on its place alone, and it is written
 * only where there is none of that name. So of several writers one succeeds, and the others go on after it.
 */
export class ShardChain {
  readonly #storage: Storage;
  readonly #shard: ArchivedShard;
  /** The last segment of the parent, which a first segment follows. */
  readonly #parentEnd: ProvedFile | null;
  /** The public keys that changes are encrypted to; undefined where the archive has none. */
  readonly #recipients: readonly string[] | undefined;
  readonly #writer = randomUUID();
  #head: ReadSegment | undefined;

  private constructor(
    storage: Storage,
    shard: ArchivedShard,
    parentEnd: ProvedFile | null,
    recipients: readonly string[] | undefined,
  ) {
    this.#storage = storage;
    this.#shard = shard;
    this.#parentEnd = parentEnd;
    this.#recipients = recipients;
  }

  /** @param recipients public keys to encrypt the changes to; those of the last segment unless given */
  static async open(
    storage: Storage,
    shard: ArchivedShard,
    parentEnd: ProvedFile | null,
    recipients?: readonly string[] | undefined,
  ): Promise<ShardChain> {
    const chain = new ShardChain(storage, shard, parentEnd, recipients);
    chain.#head = await findLastSegment(storage, placeOf(shard));
    return chain;
  }

  /** The last segment; undefined where there is none. */
  get head(): ReadSegment | undefined {
    return this.#head;
  }

  /**
   * Writes the next segment.
   * @returns whether it is written; false where another writer was first, whose segment is the head now
   */
  async append(next: NextSegment): Promise<boolean> {
    const before = this.#head?.header;
    const number = (before?.segment ?? 0) + 1;
    const name = segmentName(placeOf(this.#shard), number);
    const text = Buffer.from(next.lines.join(''));
    const { header, bytes, sha256 } = await formatSegment(
      this.#headerOf(next, number, text),
      text,
      this.#recipients ?? before?.encryption?.recipients,
    );
    const isWritten = await this.#storage.writeNew(name, bytes);
    this.#head = isWritten ? { name, header, bytes: bytes.length, sha256 } : await readSegment(this.#storage, name);
    // In S3, it may have been written by a request whose answer was lost.
    return this.#head.sha256 === sha256;
  }

  #headerOf({ lines, late, ...next }: NextSegment, segment: number, text: Buffer): Parameters<typeof formatSegment>[0] {
    const before = this.#head?.header;
    const { table, stream, id, parent } = this.#shard;
    const total = before?.total ?? { changes: 0, pointersToS3: 0, bytes: 0, stored: 0, late: 0 };
    const pointersToS3 = countPointers(text);
    return {
      writer: this.#writer,
      table,
      stream,
      shard: { id, parent },
      segment,
      previous: this.#head === undefined ? this.#parentEnd : { name: this.#head.name, sha256: this.#head.sha256 },
      gap: next.gap,
      gaps: [...(before?.gaps ?? []), ...(next.gap === null ? [] : [next.gap])],
      ended: next.ended,
      changes: lines.length,
      pointersToS3,
      first: next.first,
      last: next.last,
      position: next.last ?? before?.position ?? null,
      earliest: least(before?.earliest, next.earliest),
      latest: greatest(before?.latest, next.latest),
      readTo: next.readTo,
      settle: next.settle,
      total: {
        changes: total.changes + lines.length,
        pointersToS3: total.pointersToS3 + pointersToS3,
        bytes: total.bytes + text.length,
        stored: total.stored + (this.#head?.bytes ?? 0),
        late: total.late + late,
      },
    };
  }
}

export function placeOf({ table, stream, id }: ArchivedShard): ShardPlace {
  return { table: table.name, label: stream.label, shard: id };
}

/**
 * The last segment of a shard; undefined where there is none.
 * @throws ArchiveDamagedError
 */
export async function findLastSegment(storage: Storage, place: ShardPlace): Promise<ReadSegment | undefined> {
  const prefix = segmentName(place, 0).replace(/0+\.changes\.gz$/, '');
  const numbers = ((await storage.list(prefix)) ?? []).flatMap((name) => {
    const parsed = parseArchiveName(name);
    const isOurs = parsed?.table === place.table && parsed.stream === streamInNames(place.label);
    return isOurs && parsed.shard === place.shard && parsed.number !== undefined ? [parsed.number] : [];
  });
  const last = numbers.reduce((a, b) => Math.max(a, b), 0);
  return last === 0 ? undefined : readSegment(storage, segmentName(place, last));
}

/** Up to where a shard is archived whose last segment this is. */
export function archivedTo(head: ReadSegment | undefined): StreamPosition {
  if (head === undefined) return 'start';
  const { ended, position } = head.header;
  return ended ? 'end' : ((position ?? 'start') as StreamPosition);
}

function least(a: number | null | undefined, b: number | null): number | null {
  return a == null || b === null ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | null | undefined, b: number | null): number | null {
  return a == null || b === null ? (a ?? b) : Math.max(a, b);
}
