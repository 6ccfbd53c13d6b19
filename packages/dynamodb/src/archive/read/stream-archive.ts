import { forEachAtOnce } from '../../aws/workers.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Shard } from '../../streams/shards.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { type ArchiveName, parseArchiveName, reachName, type ShardPlace, shardsName } from '../format/names.ts';
import { type PrunedNote, parseShards } from '../format/notes.ts';
import type { Gap, SegmentHeader } from '../format/segment.ts';
import { findLastSegment } from '../store/shard-chain.ts';
import { findPruned } from './find-pruned.ts';
import { isAltered, provedReadTo } from './proved-reach.ts';
import type { ReadSegment } from './read-segment.ts';

/** Shards whose last segments are read at once. */
const AT_ONCE = 16;

/** A shard as far as it is archived. */
export interface ShardArchive {
  readonly id: string;
  readonly parent: string | null;
  /** The numbers of its segments that are there, in order. */
  readonly numbers: readonly number[];
  /** Its last segment; undefined where there is none yet. */
  readonly head: ReadSegment | undefined;
  /** Up to when it has been read, as its segments and a note prove it together; in milliseconds since 1970. */
  readonly readTo: number | undefined;
}

/** What is archived of a stream of a table. */
export interface StreamArchive {
  readonly table: SegmentHeader['table'];
  readonly stream: SegmentHeader['stream'];
  /** Parents before their children. */
  readonly shards: readonly ShardArchive[];
  /** The shards that the stream had when it was last looked at; undefined where that is not known. */
  readonly present: readonly Shard[] | undefined;
  readonly gaps: readonly Gap[];
  /** What was removed of it, since it was not to be kept. */
  readonly pruned: PrunedNote | undefined;
  /** Shards that are to be removed, and of which segments are still there. */
  readonly leftShards: readonly Pick<ShardArchive, 'id' | 'numbers'>[];
  /** Up to when all of its shards have been read, in milliseconds since 1970. Undefined where that is not known. */
  readonly readTo: number | undefined;
  /** Whether it has ended, and is archived to its end: all of its shards are closed, and no more changes come. */
  readonly isEnded: boolean;
  /** How long after its time a change may come, in milliseconds. */
  readonly settle: number;
}

/** The names of an archive's files, by tables. */
export function archiveNames(
  names: readonly string[],
): readonly { readonly name: string; readonly said: ArchiveName }[] {
  return names.flatMap((name) => {
    const said = parseArchiveName(name);
    return said === undefined ? [] : [{ name, said }];
  });
}

/**
 * What is archived of a table, a stream each, in the order of their labels, which are times.
 * @param names all names of files that begin with the table's name
 * @throws ArchiveDamagedError where a shard's last segment cannot be read
 */
export async function readStreams(
  storage: Storage,
  table: string,
  names: readonly string[],
  abortSignal?: AbortSignal,
): Promise<readonly StreamArchive[]> {
  const ofTable = archiveNames(names).filter(({ said }) => said.table === table);
  const streams = [...new Set(ofTable.map(({ said }) => said.stream))].sort();
  const read: StreamArchive[] = [];
  for (const stream of streams) {
    const ofStream = ofTable.filter(({ said }) => said.stream === stream);
    const archive = await readStreamArchive(storage, table, stream, ofStream, abortSignal);
    if (archive !== undefined) read.push(archive);
  }
  return read;
}

async function readStreamArchive(
  storage: Storage,
  table: string,
  label: string,
  names: readonly { readonly name: string; readonly said: ArchiveName }[],
  abortSignal?: AbortSignal,
): Promise<StreamArchive | undefined> {
  const pruned = await findPruned(storage, { table, label });
  const leftShards: Pick<ShardArchive, 'id' | 'numbers'>[] = [];
  const ids = new Set(names.flatMap(({ said: { shard } }) => shard ?? []));
  const shards: ShardArchive[] = [];
  const settles: number[] = [];
  await forEachAtOnce([...ids], AT_ONCE, abortSignal, async (id) => {
    const place: ShardPlace = { table, label, shard: id };
    const numbers = names.flatMap(({ said }) => (said.shard === id ? (said.number ?? []) : [])).sort((a, b) => a - b);
    if (pruned?.shards.includes(id)) {
      leftShards.push({ id, numbers });
      return;
    }
    const head = numbers.length === 0 ? undefined : await findLastSegment(storage, place);
    const note = (await storage.read(reachName(place)))?.toString('utf8');
    if (head !== undefined && isAltered(head, note)) {
      throw new ArchiveDamagedError(storage.pathOf(head.name), 'its SHA-256 is not the one that was noted');
    }
    const readTo = provedReadTo(head, note);
    settles.push(...(head === undefined ? [] : [head.header.settle]));
    shards.push({ id, parent: head?.header.shard.parent ?? null, numbers, head, readTo });
  });
  const present = parseShards((await storage.read(shardsName({ table, label })))?.toString('utf8') ?? '');
  const header =
    shards.find(({ head }) => head !== undefined)?.head?.header ??
    (await headerOfLeft(storage, { table, label }, leftShards));
  if (header === undefined) return undefined;
  const inOrder = parentsFirst(shards, present?.shards ?? []);
  return {
    table: header.table,
    stream: header.stream,
    shards: inOrder,
    present: present?.shards,
    gaps: [
      ...(pruned === undefined || Date.parse(pruned.until) === 0 ? [] : [{ from: null, until: pruned.until }]),
      ...inOrder.flatMap(({ head }) => head?.header.gaps ?? []),
    ],
    pruned,
    leftShards,
    readTo: present === undefined ? undefined : readToOf(inOrder, present.shards),
    isEnded: present !== undefined && isEnded(inOrder, present.shards, pruned),
    settle: Math.max(0, ...settles),
  };
}

/** What a shard that is to be removed says of the stream, if nothing else is left of that. */
async function headerOfLeft(
  storage: Storage,
  stream: Pick<ShardPlace, 'table' | 'label'>,
  left: readonly Pick<ShardArchive, 'id' | 'numbers'>[],
): Promise<SegmentHeader | undefined> {
  const shard = left.find(({ numbers }) => numbers.length > 0);
  return shard && (await findLastSegment(storage, { ...stream, shard: shard.id }))?.header;
}

function isEnded(shards: readonly ShardArchive[], present: readonly Shard[], pruned: PrunedNote | undefined): boolean {
  const archived = new Set([
    ...shards.filter(({ head }) => head?.header.ended).map(({ id }) => id),
    ...(pruned?.shards ?? []),
  ]);
  // A list with a parent alone, whose children were not yet there, has it open.
  return present.length > 0 && present.every(({ id, closed }) => closed && archived.has(id));
}

/** A shard that has no segment yet has its parent from the list of shards. */
function parentsFirst(shards: readonly ShardArchive[], present: readonly Shard[]): readonly ShardArchive[] {
  const parents = new Map(present.map(({ id, parentId }) => [id, parentId ?? null]));
  const all = new Map(
    shards.map((shard) => [shard.id, { ...shard, parent: shard.parent ?? parents.get(shard.id) ?? null }]),
  );
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const path: string[] = [];
    let at: string | null = id;
    while (at !== null && all.has(at) && !depths.has(at) && !path.includes(at)) {
      path.push(at);
      at = all.get(at)?.parent ?? null;
    }
    let depth = at === null ? -1 : (depths.get(at) ?? -1);
    for (const each of path.reverse()) {
      depth += 1;
      depths.set(each, depth);
    }
    return depth;
  };
  for (const id of all.keys()) depthOf(id);
  return [...all.values()].sort((a, b) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0) || (a.id < b.id ? -1 : 1));
}

/**
 * Up to when a stream has been read as a whole: the least of its shards without children. A shard that was not yet read has what its
 * parent has, since no change comes into it before its parent ends.
 */
function readToOf(shards: readonly ShardArchive[], present: readonly Shard[]): number | undefined {
  const archived = new Map(shards.map((shard) => [shard.id, shard]));
  const parents = new Map(present.map(({ id, parentId }) => [id, parentId]));
  const withChildren = new Set(present.map(({ parentId }) => parentId));
  let least: number | undefined;
  for (const { id } of present.filter((shard) => !withChildren.has(shard.id))) {
    let at: string | undefined = id;
    const seen = new Set<string>();
    let readTo: number | undefined;
    while (readTo === undefined && at !== undefined && !seen.has(at)) {
      seen.add(at);
      readTo = archived.get(at)?.readTo;
      at = parents.get(at) ?? archived.get(at)?.parent ?? undefined;
    }
    if (readTo === undefined) return undefined;
    least = Math.min(least ?? readTo, readTo);
  }
  return least;
}
