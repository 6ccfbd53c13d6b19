import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip as gzipCallback } from 'node:zlib';
import { isObject } from '../../aws/is-object.ts';
import { parseObject } from '../../aws/parse-object.ts';
import { type Encryption, encryptionTo, isEncryption } from '../../backup/format/manifest.ts';
import { SOFTWARE } from '../../backup/format/software.ts';
import { encryptBytes } from '../../storage/encryption/encrypt-bytes.ts';
import type { RawRecord } from '../../streams/raw-records.ts';

const gzip = promisify(gzipCallback);

/** Distinguishes a segment from any other file. */
const SEGMENT_FORMAT = 'cumulus-dynamodb-changes';

/** Raised when a reader of the former version would misunderstand the new one. */
const SEGMENT_VERSION = 1;

/** A time in which changes may be missing. */
export interface Gap {
  /** Up to then all changes are there: ISO 8601, UTC; null if there is nothing before. */
  readonly from: string | null;
  /** When reading began again. */
  readonly until: string;
}

/** A file of an archive, with the SHA-256 of its bytes as they are stored. */
export interface ProvedFile {
  readonly name: string;
  readonly sha256: string;
}

/** The table that changes are of. */
export interface ArchivedTable {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
}

/** The first line of a segment. docs/reference/archive-format.md describes each field. */
export interface SegmentHeader {
  readonly format: typeof SEGMENT_FORMAT;
  readonly formatVersion: typeof SEGMENT_VERSION;
  readonly createdBy: string;
  /** A random identity of the writer, so that no two writers write the same bytes. */
  readonly writer: string;
  readonly table: ArchivedTable;
  readonly stream: { readonly arn: string; readonly label: string };
  readonly shard: { readonly id: string; readonly parent: string | null };
  /** Its place in the shard, counted from 1. */
  readonly segment: number;
  /** The segment before it. Of a shard's first segment it is the last one of the parent; null where that is not archived. */
  readonly previous: ProvedFile | null;
  /** The time in which changes before this segment may be missing; null if none are. */
  readonly gap: Gap | null;
  /** All gaps of the shard, this one included. */
  readonly gaps: readonly Gap[];
  /** Whether no more changes come in this shard. */
  readonly ended: boolean;
  readonly changes: number;
  /** How often its changes leave a pointer to an object in S3, which the segment does not have. */
  readonly pointersToS3: number;
  /** The sequence numbers of its first and last change; null without changes. */
  readonly first: string | null;
  readonly last: string | null;
  /** The sequence number up to which the shard is archived; null before its first change. */
  readonly position: string | null;
  /** The earliest and latest time of a change in the shard so far, in seconds since 1970; null without changes. */
  readonly earliest: number | null;
  readonly latest: number | null;
  /** Up to when the shard has been read: ISO 8601, UTC; null if that is not known. */
  readonly readTo: string | null;
  /** How long after its time a change may come, in milliseconds. */
  readonly settle: number;
  /** What the shard has so far, this segment included. */
  readonly total: SegmentTotal;
  /** Present if what follows this line is encrypted: a file of age, of the gzipped lines. Without changes nothing follows. */
  readonly encryption?: Encryption | undefined;
  /** The SHA-256 of what follows this line, in hexadecimal, before it is compressed: the lines, or the encrypted file. */
  readonly sha256: string;
}

interface SegmentTotal {
  readonly changes: number;
  readonly pointersToS3: number;
  /** Bytes of the lines of changes, before they are compressed. */
  readonly bytes: number;
  /** Bytes of the segments before this one, as they are stored. */
  readonly stored: number;
  /** How many changes came later than `settle` says. They count from when they are archived. */
  readonly late: number;
}

/** A change, as a line of a segment has it. */
export interface Change {
  readonly sequenceNumber: string;
  /** Seconds since 1970, as DynamoDB gives it. */
  readonly time: number;
  /** `INSERT`, `MODIFY` or `REMOVE`. */
  readonly event: string;
  /** Present if DynamoDB deleted the item by its time to live. */
  readonly expired?: true;
  /** In typed JSON. */
  readonly key: RawRecord['dynamodb']['Keys'];
  /** What the change leaves, in typed JSON; absent if it deletes the item. */
  readonly item?: RawRecord['dynamodb']['NewImage'];
}

/** A change of a stream as a line. */
export function formatChange({ eventName, userIdentity, dynamodb }: RawRecord): string {
  const { SequenceNumber, ApproximateCreationDateTime, Keys, NewImage } = dynamodb;
  const change: Change = {
    sequenceNumber: SequenceNumber,
    time: Math.floor(ApproximateCreationDateTime),
    event: eventName,
    ...(userIdentity?.type === 'Service' ? { expired: true } : {}),
    key: Keys,
    ...(NewImage === undefined ? {} : { item: NewImage }),
  };
  return `${JSON.stringify(change)}\n`;
}

/** @returns undefined if the line is not a change */
export function parseChange(line: string): Change | undefined {
  const change = parseObject(line);
  const { sequenceNumber, time, event, key, item } = change ?? {};
  const isChange =
    typeof sequenceNumber === 'string' &&
    /^\d+$/.test(sequenceNumber) &&
    Number.isSafeInteger(time) &&
    typeof event === 'string' &&
    isObject(key) &&
    (item === undefined ? event === 'REMOVE' : isObject(item));
  return isChange ? (change as unknown as Change) : undefined;
}

/** What is encrypted cannot be compressed. In a gzip member, the file still is one that any gunzip reads. */
export const STORED = { level: constants.Z_NO_COMPRESSION };

/** What a segment's header is made of, besides what is the same in all. */
export type NewHeader = Omit<SegmentHeader, 'format' | 'formatVersion' | 'createdBy' | 'encryption' | 'sha256'>;

/**
 * The bytes of a segment: two gzip members, of the header and of the changes, so that the header can be read alone.
 * @param text the lines of the changes, each ended by a line break
 * @param recipients public keys that the changes are encrypted to
 */
export async function formatSegment(
  header: NewHeader,
  text: Buffer,
  recipients?: readonly string[] | undefined,
): Promise<{ readonly header: SegmentHeader; readonly bytes: Buffer; readonly sha256: string }> {
  const isEncrypted = recipients !== undefined && text.length > 0;
  const body = isEncrypted ? await encryptBytes(await gzip(text), recipients) : text;
  const whole: SegmentHeader = {
    format: SEGMENT_FORMAT,
    formatVersion: SEGMENT_VERSION,
    createdBy: SOFTWARE,
    ...header,
    encryption: encryptionTo(recipients),
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const members = [
    await gzip(`${JSON.stringify(whole)}\n`),
    ...(body.length > 0 ? [await gzip(body, isEncrypted ? STORED : {})] : []),
  ];
  const bytes = Buffer.concat(members);
  return { header: whole, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Reads a header. @returns why the text is none, in words, if it is not */
export function parseHeader(text: string): SegmentHeader | string {
  let header: Partial<SegmentHeader> | null;
  try {
    header = JSON.parse(text) as Partial<SegmentHeader> | null;
  } catch {
    return 'its first line is not JSON';
  }
  if (header?.format !== SEGMENT_FORMAT) return 'it is not a segment of an archive';
  if (header.formatVersion !== SEGMENT_VERSION) {
    return `it has the format version ${header.formatVersion}, not ${SEGMENT_VERSION}: a later release wrote it`;
  }
  const isWhole =
    typeof header.table?.arn === 'string' &&
    typeof header.stream?.label === 'string' &&
    typeof header.shard?.id === 'string' &&
    Number.isSafeInteger(header.segment) &&
    Number.isSafeInteger(header.changes) &&
    Number.isSafeInteger(header.total?.changes) &&
    Number.isSafeInteger(header.total?.pointersToS3) &&
    Number.isSafeInteger(header.total?.stored) &&
    Number.isFinite(header.settle) &&
    Array.isArray(header.gaps) &&
    typeof header.ended === 'boolean' &&
    (header.encryption === undefined || isEncryption(header.encryption)) &&
    /^[0-9a-f]{64}$/.test(header.sha256 ?? '');
  return isWhole ? (header as SegmentHeader) : 'its first line lacks a field';
}
