import { CumulusError, InterruptedError } from '../aws/errors.ts';
import type { ProgressListener } from '../items/progress.ts';
import type { S3Access } from '../storage/folder.ts';
import { SOFTWARE } from '../version.ts';
import type { BackupPlace, PartialBackup } from './backup-place.ts';
import { BackupReader } from './backup-reader.ts';
import { explainFileError } from './durable-file.ts';
import { CorruptBackupError, PartsMismatchError, StoppedError } from './errors.ts';
import { type BackupManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from './manifest.ts';
import { openBackup } from './open-backup.ts';
import { openPlace } from './open-place.ts';
import { type Replaced, replaceBackup } from './replace-backup.ts';
import { describeSegments, type SegmentRange } from './segment-range.ts';

const NEWLINE = 0x0a;

/** Parts of one scan are begun within this time of each other, in milliseconds. */
const ONE_SCAN = 24 * 3_600_000;

export interface MergeOptions {
  /** The data files of the parts, on disk or in S3, in any order. */
  readonly parts: readonly string[];
  /** Where the backup goes: a directory, which is made if it is missing, or `s3://BUCKET/PREFIX`. */
  readonly directory: string;
  /** How to ask S3, if anything is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** How many earlier backups stay; 1 unless given. */
  readonly keep?: number | undefined;
  /** Whether parts may have been begun more than a day apart; else they are taken for those of different scans. */
  readonly allowApart?: boolean | undefined;
  /** Only checks the parts, each to the byte, and writes nothing. */
  readonly dryRun?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** A backup that was made of parts, or would be. */
export interface MergeResult extends Replaced {
  readonly table: string;
  readonly file: string;
  /** The sum of the parts' items, each part proved to be what its manifest says. */
  readonly items: number;
  /** The sum of the parts', see `BackUpResult`. */
  readonly pointersToS3: number;
  readonly bytes: number;
  /** Of the whole; absent where nothing was written. */
  readonly sha256?: string;
  readonly segments: number;
  readonly parts: number;
  /** When the first part was begun and the last one ended: ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  /** How often parts were continued after a stop, in all. */
  readonly resumed: number;
  readonly seconds: number;
  readonly dryRun: boolean;
}

/**
 * Makes one backup of the parts that several machines have scanned. Each part is proved by its manifest while it is read,
 * and together they have to be all segments of one scan of one table, each once. The backup takes its name when it is
 * complete, as `backUpTable` has it; the parts stay.
 *
 * @throws PartsMismatchError if the parts are not those of one backup; CorruptBackupError if one is not what its manifest
 *   says; ManifestError, FileError, StorageError, BackupInProgressError, InterruptedError, StoppedError
 */
export async function mergeParts(options: MergeOptions): Promise<MergeResult> {
  const startedAt = performance.now();
  const parts = await openParts(options);
  try {
    const [{ manifest }] = parts;
    const gzip = manifest.file.compression === 'gzip';
    const bytes = sum(parts, (part) => part.manifest.file.bytes);
    const place = await openPlace({ ...options, gzip }, { name: manifest.table.name, estimatedBytes: bytes });
    const merged = {
      table: manifest.table.name,
      file: place.data,
      items: sum(parts, (part) => part.manifest.items),
      pointersToS3: pointersOf(parts),
      bytes,
      segments: manifest.scan.segments,
      parts: parts.length,
      startedAt: firstStart(parts),
      endedAt: newestOf(parts).scan.endedAt,
      resumed: timesResumed(parts),
    };
    if (options.dryRun) {
      await copyParts(parts, options);
      return { ...merged, kept: await place.kept(), seconds: (performance.now() - startedAt) / 1000, dryRun: true };
    }
    try {
      await place.enter();
      const whole = await copyToPartial(parts, options, place);
      const replaced = await replaceBackup(place, whole, { keep: options.keep ?? 1 });
      const seconds = (performance.now() - startedAt) / 1000;
      return { ...merged, sha256: whole.file.sha256, ...replaced, seconds, dryRun: false };
    } catch (error) {
      throw explainFileError(error, place.data);
    } finally {
      await place.leave();
    }
  } finally {
    await closeAll(parts);
  }
}

/** A part that is open, with what its manifest tells. */
interface Part {
  readonly source: BackupReader;
  readonly manifest: BackupManifest;
  readonly range: SegmentRange;
}

type Parts = readonly [Part, ...Part[]];

/** Opens the parts in the order of their segments, and checks by their manifests that they are one backup. */
async function openParts({ parts: files, s3, allowApart, abortSignal }: MergeOptions): Promise<Parts> {
  const parts: Part[] = [];
  try {
    for (const file of files) parts.push(await openPart(file, { s3, abortSignal }));
    parts.sort((a, b) => a.range.first - b.range.first || a.range.last - b.range.last);
    const [first, ...others] = parts;
    if (first === undefined) throw new PartsMismatchError('There are no parts to merge.', ['Nothing was written.']);
    for (const other of others) checkSameScan(first, other);
    checkComplete(parts);
    if (!allowApart) checkTimes(parts);
    return [first, ...others];
  } catch (error) {
    await closeAll(parts);
    throw error;
  }
}

async function openPart(file: string, options: Pick<MergeOptions, 's3' | 'abortSignal'>): Promise<Part> {
  const source = await openBackup(file, options);
  const manifest = source instanceof BackupReader ? source.manifest : undefined;
  const range = manifest?.scan.part;
  if (source instanceof BackupReader && manifest !== undefined && range !== undefined)
    return { source, manifest, range };
  await source.close();
  throw new PartsMismatchError(
    `${file} is not a part of a backup: ${manifest === undefined ? 'it has no manifest' : 'its manifest says that it is whole'}.`,
    ['Nothing was written.', 'Name files that backup --segments A-B/N wrote.'],
  );
}

function checkSameScan(one: Part, other: Part): void {
  const told = ({ manifest: { table, scan, file } }: Part): readonly (readonly [string, unknown])[] => [
    ['table', table.arn],
    ['identity of the table', table.id],
    ['number of segments', scan.part?.of],
    ['consistent reads', scan.consistentRead],
    ['compression', file.compression],
  ];
  const ofOther = new Map(told(other));
  for (const [what, value] of told(one)) {
    if (value === ofOther.get(what)) continue;
    throw new PartsMismatchError(
      `${one.source.name} and ${other.source.name} are not of one scan: ${what}: ${value} and ${ofOther.get(what)}.`,
      ['Nothing was written.', 'Make all parts with the same options.'],
    );
  }
}

/** @throws PartsMismatchError if a segment is in no part, or in two */
function checkComplete(parts: readonly Part[]): void {
  const of = parts[0]?.range.of ?? 0;
  const missing: SegmentRange[] = [];
  let next = 0;
  let before: Part | undefined;
  for (const part of parts) {
    const { first, last } = part.range;
    if (before !== undefined && first < next) {
      throw new PartsMismatchError(`${before.source.name} and ${part.source.name} both have segment ${first}.`, [
        'Nothing was written.',
        'Name each part once.',
      ]);
    }
    if (first > next) missing.push({ first: next, last: first - 1, of });
    next = last + 1;
    before = part;
  }
  if (next < of) missing.push({ first: next, last: of - 1, of });
  if (missing.length === 0) return;
  throw new PartsMismatchError(`No part has ${missing.map(describeSegments).join(', ')}.`, [
    'Nothing was written.',
    `Make it by backup --segments ${missing.map(({ first, last }) => `${first}-${last}/${of}`).join(', then ')}.`,
  ]);
}

/** @throws PartsMismatchError if a part was begun long before another: it may have been left by an earlier scan */
function checkTimes(parts: readonly Part[]): void {
  const byTime = parts.toSorted((a, b) => startOf(a) - startOf(b));
  const [first, last] = [byTime[0], byTime.at(-1)];
  if (first === undefined || last === undefined || startOf(last) - startOf(first) <= ONE_SCAN) return;
  const [begun, begunLast] = [first.manifest.scan.startedAt, last.manifest.scan.startedAt];
  throw new PartsMismatchError(
    `${first.source.name} was begun at ${begun}, more than a day before ${last.source.name} (${begunLast}).`,
    ['Nothing was written.', 'Make the older part again, or take them all the same by --allow-apart.'],
  );
}

function startOf({ manifest }: Part): number {
  return Date.parse(manifest.scan.startedAt);
}

/** Copies the parts into a data file that is not in its place yet. */
async function copyToPartial(parts: Parts, options: MergeOptions, place: BackupPlace): Promise<BackupManifest> {
  const partial = await place.create();
  try {
    await copyParts(parts, options, partial);
    await partial.end();
    return manifestOfWhole(parts, partial);
  } catch (error) {
    throw stopped(explainFileError(error, place.data), place.data, options.abortSignal);
  } finally {
    await partial.close();
  }
}

/** Copies the parts one after the other, each proved; only reads them if there is nowhere to copy them to. */
async function copyParts(
  parts: Parts,
  { abortSignal, onProgress }: MergeOptions,
  partial?: PartialBackup,
): Promise<void> {
  const expectedItems = sum(parts, ({ manifest }) => manifest.items);
  const table = parts[0].manifest.table.name;
  let items = 0;
  let bytes = 0;
  for (const { source, manifest } of parts) {
    const stored = source.stored(abortSignal);
    let last: number | undefined;
    let chunk = await stored.next();
    for (; !chunk.done; chunk = await stored.next()) {
      await partial?.append(chunk.value);
      bytes += chunk.value.length;
      last = chunk.value.at(-1);
      onProgress?.({ phase: 'merging', table, items, bytes, expectedItems });
    }
    source.prove(chunk.value, manifest.items);
    if (manifest.file.compression === 'none' && last !== undefined && last !== NEWLINE) {
      throw new CorruptBackupError(`${source.name} does not end in a line break.`, ['Nothing was written.']);
    }
    items += manifest.items;
  }
}

function manifestOfWhole(parts: Parts, { bytes, sha256 }: PartialBackup): BackupManifest {
  const newest = newestOf(parts);
  const pointersToS3 = pointersOf(parts);
  return {
    format: MANIFEST_FORMAT,
    formatVersion: MANIFEST_VERSION,
    createdBy: SOFTWARE,
    table: newest.table,
    scan: {
      startedAt: firstStart(parts),
      endedAt: newest.scan.endedAt,
      segments: newest.scan.segments,
      consistentRead: newest.scan.consistentRead,
      resumed: timesResumed(parts),
    },
    file: { compression: newest.file.compression, bytes, sha256 },
    items: sum(parts, ({ manifest }) => manifest.items),
    ...(pointersToS3 > 0 ? { pointersToS3 } : {}),
  };
}

function pointersOf(parts: Parts): number {
  return sum(parts, ({ manifest }) => manifest.pointersToS3 ?? 0);
}

function timesResumed(parts: Parts): number {
  return sum(parts, ({ manifest }) => manifest.scan.resumed);
}

function stopped(error: unknown, file: string, abortSignal: AbortSignal | undefined): unknown {
  const advice = [`Nothing took the place of ${file}; the parts are as they were.`, 'Start it again.'];
  if (abortSignal?.aborted) return new InterruptedError('The merge was interrupted.', advice, error);
  if (!(error instanceof CumulusError) || error instanceof CorruptBackupError) return error;
  // Its advice would be on a backup, which can be continued.
  const [problem] = error.message.split('\n', 1);
  return new StoppedError(`The merge stopped: ${problem}`, advice, error);
}

function firstStart(parts: Parts): string {
  return parts.map(({ manifest }) => manifest.scan.startedAt).sort()[0] as string;
}

function newestOf(parts: Parts): BackupManifest {
  return parts.reduce((a, b) => (a.manifest.scan.endedAt >= b.manifest.scan.endedAt ? a : b)).manifest;
}

function sum(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0);
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  for (const { source } of parts) await source.close();
}
