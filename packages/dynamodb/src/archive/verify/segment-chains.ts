import type { Storage } from '../../storage/storage.ts';
import { isAfter, type StreamPosition } from '../../streams/position.ts';
import {
  type ArchiveName,
  parseArchiveName,
  prunedName,
  reachName,
  segmentName,
  streamInNames,
} from '../format/names.ts';
import { parsePruned, parseReach } from '../format/notes.ts';
import type { ProvedFile, SegmentHeader } from '../format/segment.ts';
import type { ReadSegment } from '../read/read-segment.ts';
import { archiveNames } from '../read/stream-archive.ts';

export interface SegmentChainsOptions {
  readonly storage: Storage;
  readonly table: string;
  /** Proves a segment by itself; undefined if it is not as it was written, which is noted. */
  readonly read: (name: string) => Promise<ReadSegment | undefined>;
  /** Takes what is wrong with a file. */
  readonly onProblem: (name: string, problem: string) => void;
}

/** The segments of a table: each has its place, and follows the one before it. */
export class SegmentChains {
  readonly #options: SegmentChainsOptions;
  /** The last segments of shards, by stream and shard. */
  readonly #ends = new Map<string, ReadSegment>();
  /** First segments that follow the end of a parent. */
  readonly #beginnings: ReadSegment[] = [];
  /** Shards whose segments were not to be kept, and the last segments of these. */
  readonly #pruned = new Set<string>();
  readonly #prunedEnds: ProvedFile[] = [];
  readonly #kept: ProvedFile[] = [];

  constructor(options: SegmentChainsOptions) {
    this.#options = options;
  }

  /** Files that prunings have left, and that have to be there. */
  get kept(): readonly ProvedFile[] {
    return this.#kept;
  }

  /** @param all the names of the table's files */
  async check(all: readonly string[]): Promise<void> {
    const names = archiveNames(all).filter(({ said }) => said.table === this.#options.table);
    const shards = new Map<string, ArchiveName[]>();
    for (const { said } of names) {
      const key = shardKey(said.stream, said.shard ?? '');
      shards.set(key, [...(shards.get(key) ?? []), said]);
    }
    for (const stream of new Set(names.map(({ said }) => said.stream))) await this.#readPruned(stream);
    for (const ofShard of shards.values()) await this.#checkShard(ofShard);
    for (const segment of this.#beginnings) this.#checkBeginning(segment);
  }

  async #checkShard(names: readonly ArchiveName[]): Promise<void> {
    const [{ stream, shard }] = names as readonly [ArchiveName];
    if (shard === undefined || this.#pruned.has(shardKey(stream, shard))) return;
    const place = { table: this.#options.table, label: stream, shard };
    const numbers = new Set(names.flatMap(({ number }) => number ?? []));
    const last = Math.max(0, ...numbers);
    let before: ReadSegment | undefined;
    for (let number = 1; number <= last; number += 1) {
      const name = segmentName(place, number);
      if (!numbers.has(number)) {
        this.#options.onProblem(name, 'it is missing');
        before = undefined;
        continue;
      }
      const segment = await this.#options.read(name);
      if (segment !== undefined) this.#checkPlace(segment, before, number);
      before = segment;
    }
    if (before !== undefined) this.#ends.set(shardKey(stream, shard), before);
    await this.#checkNote(reachName(place), before, last);
  }

  async #readPruned(stream: string): Promise<void> {
    const name = prunedName({ table: this.#options.table, label: stream });
    const text = (await this.#options.storage.read(name))?.toString('utf8');
    const note = parsePruned(text ?? '');
    if (text !== undefined && note === undefined) this.#options.onProblem(name, 'it is not a note of what was removed');
    for (const shard of note?.shards ?? []) this.#pruned.add(shardKey(stream, shard));
    this.#prunedEnds.push(...(note?.ends ?? []));
    this.#kept.push(...(note?.kept ?? []));
  }

  #checkPlace(segment: ReadSegment, before: ReadSegment | undefined, number: number): void {
    const { name, header } = segment;
    const said = parseArchiveName(name);
    const isAtItsPlace =
      header.table.name === said?.table &&
      streamInNames(header.stream.label) === said.stream &&
      header.shard.id === said.shard &&
      header.segment === number;
    if (!isAtItsPlace) {
      this.#options.onProblem(name, 'it belongs to another place of the archive');
    } else if (number === 1) {
      this.#beginnings.push(segment);
    } else if (before !== undefined) {
      const problem = problemBetween(before, header);
      if (problem !== undefined) this.#options.onProblem(name, problem);
    }
  }

  /** A first segment follows its parent's end, or says since when changes may be missing. */
  #checkBeginning({ name, header }: ReadSegment): void {
    const { previous, gap, shard, stream } = header;
    if (previous === null) {
      if (gap === null) this.#options.onProblem(name, 'it follows no segment, and has no gap');
      return;
    }
    const isPruned = this.#prunedEnds.some((end) => end.name === previous.name && end.sha256 === previous.sha256);
    if (isPruned) return;
    const end = this.#ends.get(shardKey(streamInNames(stream.label), shard.parent ?? ''));
    if (end === undefined) {
      this.#options.onProblem(previous.name, 'it is missing, or cannot be read');
    } else if (!isSame(previous, end) || !end.header.ended) {
      this.#options.onProblem(name, `it follows ${previous.name}, which is not the end of its parent as it is there`);
    }
  }

  /** A note proves that its segment was there. */
  async #checkNote(name: string, end: ReadSegment | undefined, last: number): Promise<void> {
    const text = (await this.#options.storage.read(name))?.toString('utf8');
    if (text === undefined) return;
    const note = parseReach(text);
    if (note === undefined) {
      this.#options.onProblem(name, 'it is not a note of a reading');
      return;
    }
    const number = note.segment === null ? 0 : (parseArchiveName(note.segment.name)?.number ?? 0);
    if (number > last && note.segment !== null) this.#options.onProblem(note.segment.name, 'it is missing');
    if (number === last && end !== undefined && note.segment !== null && !isSame(note.segment, end)) {
      this.#options.onProblem(end.name, `its SHA-256 is ${end.sha256}, and was ${note.segment.sha256}`);
    }
  }
}

function shardKey(stream: string, shard: string): string {
  return `${stream} ${shard}`;
}

function isSame(said: ProvedFile, { name, sha256 }: ReadSegment): boolean {
  return said.name === name && said.sha256 === sha256;
}

function problemBetween(before: ReadSegment, after: SegmentHeader): string | undefined {
  const { header } = before;
  if (after.previous === null || !isSame(after.previous, before)) {
    return `it does not follow ${before.name} as it is there: its SHA-256 is ${before.sha256}, and was ${after.previous?.sha256}`;
  }
  if (header.ended) return `it follows ${before.name}, which ends the shard`;
  if (after.first !== null && !isAfter(after.first, (header.position ?? 'start') as StreamPosition)) {
    return `its first change is not after those of ${before.name}`;
  }
  if (after.total.changes !== header.total.changes + after.changes) {
    return `it counts ${after.total.changes} changes so far, and there are ${header.total.changes + after.changes}`;
  }
  return undefined;
}
