/** A shard of a table's stream. */
export interface ShardPlace {
  readonly table: string;
  /** The label of the stream, as DynamoDB has it: the time of its creation. */
  readonly label: string;
  readonly shard: string;
}

/** What the name of a file of an archive says. */
export interface ArchiveName {
  readonly kind: 'segment' | 'reach' | 'shards' | 'pruned' | 'waiting' | 'merged';
  readonly table: string;
  /** The label of the stream, without what file names cannot have. */
  readonly stream: string;
  /** Undefined for what is of the whole stream. */
  readonly shard?: string | undefined;
  /** Of a segment: its place in the shard, counted from 1. */
  readonly number?: number | undefined;
}

const NUMBER_DIGITS = 9;

const NAME = /^(.+)\.([0-9A-Za-z]+)\.(?:([\w-]+)\.(?:(\d{9})\.changes\.gz|reach\.json)|(shards|pruned|waiting)\.json)$/;
const MERGED = /^(.+)\.([0-9A-Za-z]+)\.\d{8}T\d{6}Z-\d{8}T\d{6}Z\.merged\.gz$/;

/** The label of a stream as names have it: `20261129T203200123`. Also the identity of a table. */
export function streamInNames(label: string): string {
  return label.replace(/[^0-9A-Za-z]/g, '');
}

function beginning({ table, label, shard }: ShardPlace): string {
  return `${table}.${streamInNames(label)}.${shard}.`;
}

/** The name of a segment. It is the same for every writer, so that only one of them can write it. */
export function segmentName(place: ShardPlace, number: number): string {
  return `${beginning(place)}${String(number).padStart(NUMBER_DIGITS, '0')}.changes.gz`;
}

/** The name of the note of how far a shard has been read. */
export function reachName(place: ShardPlace): string {
  return `${beginning(place)}reach.json`;
}

/** The name under which a shard is leased. */
export function followName(place: ShardPlace): string {
  return `${beginning(place)}follow`;
}

/** The name of the list of a stream's shards. */
export function shardsName({ table, label }: Omit<ShardPlace, 'shard'>): string {
  return `${table}.${streamInNames(label)}.shards.json`;
}

/** The name of the note that a follower has no shard, and waits for some. */
export function waitingName({ table, label }: Omit<ShardPlace, 'shard'>): string {
  return `${table}.${streamInNames(label)}.waiting.json`;
}

/** The name of the note of what was removed of a stream. */
export function prunedName({ table, label }: Omit<ShardPlace, 'shard'>): string {
  return `${table}.${streamInNames(label)}.pruned.json`;
}

/**
 * The name of the net changes between two seconds.
 * @param after the second after which they begin, in milliseconds since 1970
 * @param at the last second, in milliseconds since 1970
 */
export function mergedName({ table, label }: Omit<ShardPlace, 'shard'>, after: number, at: number): string {
  return `${table}.${streamInNames(label)}.${stampOf(after)}-${stampOf(at)}.merged.gz`;
}

/** The name under which the pruning of a table is leased. */
export function pruneName(table: string): string {
  return `${table}.prune`;
}

/** `20261129T203200Z` */
function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

/** What a name says; undefined if it is not that of a file of an archive. */
export function parseArchiveName(name: string): ArchiveName | undefined {
  const [, ofTable, inStream] = MERGED.exec(name) ?? [];
  if (ofTable !== undefined && inStream !== undefined) return { kind: 'merged', table: ofTable, stream: inStream };
  const [, table, stream, shard, number, ofStream] = NAME.exec(name) ?? [];
  if (table === undefined || stream === undefined) return undefined;
  if (shard === undefined) return { kind: ofStream as 'shards' | 'pruned' | 'waiting', table, stream };
  return number === undefined
    ? { kind: 'reach', table, stream, shard }
    : { kind: 'segment', table, stream, shard, number: Number(number) };
}

/** The place of an export in an archive. */
export interface ExportPlace {
  readonly table: string;
  /** DynamoDB's identity of the table, so that a table that was recreated has a chain of its own. */
  readonly tableId: string;
}

const EXPORT_NAME = /^(.+)\.([0-9A-Za-z]+)\.exports\.(\d{9})\.json$/;

/** The name of the note of an export. It is the same for every writer, so that only one of them can write it. */
export function exportName({ table, tableId }: ExportPlace, number: number): string {
  return `${table}.${streamInNames(tableId)}.exports.${String(number).padStart(NUMBER_DIGITS, '0')}.json`;
}

const PRUNED_EXPORTS_NAME = /^(.+)\.([0-9A-Za-z]+)\.exports-pruned\.json$/;

/** The name of the note of what was removed of a chain of exports. */
export function prunedExportsName({ table, tableId }: ExportPlace): string {
  return `${table}.${streamInNames(tableId)}.exports-pruned.json`;
}

/** What the name of such a note says; undefined if it is none. */
export function parsePrunedExportsName(name: string): Omit<ExportNoteName, 'number'> | undefined {
  const [, table, chain] = PRUNED_EXPORTS_NAME.exec(name) ?? [];
  return table === undefined || chain === undefined ? undefined : { table, chain };
}

/** What the name of an export's note says. */
export interface ExportNoteName {
  readonly table: string;
  /** The identity of the table, without what names of files lack. */
  readonly chain: string;
  /** Its place in the chain, counted from 1. */
  readonly number: number;
}

/** What a name says; undefined if it is not that of an export's note. */
export function parseExportName(name: string): ExportNoteName | undefined {
  const [, table, chain, number] = EXPORT_NAME.exec(name) ?? [];
  if (table === undefined || chain === undefined) return undefined;
  return { table, chain, number: Number(number) };
}
