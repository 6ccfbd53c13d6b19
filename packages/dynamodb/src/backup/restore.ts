import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { explainAwsError, isValidationError } from '../aws-errors.ts';
import { placeOf } from '../client.ts';
import {
  AccessDeniedError,
  CorruptBackupError,
  FileError,
  InterruptedError,
  MetadataError,
  PartOfBackupError,
  RequestFailedError,
  ResumeMismatchError,
  StoppedError,
  StorageError,
  TableNotFoundError,
  TargetNotEmptyError,
} from '../errors.ts';
import { CapacityLimiter } from '../items/capacity-limiter.ts';
import { canonicalKey } from '../items/item-key.ts';
import { runWorkers } from '../items/workers.ts';
import { MAX_BATCH_ITEMS, putItemIfAbsent, putItems, type WriteContext } from '../items/write-items.ts';
import type { ProgressListener } from '../progress.ts';
import type { S3Access } from '../storage/folder.ts';
import { openBackup } from '../storage/open-backup.ts';
import { applySettings, createTable, type SettingNotTaken, waitUntilActive } from '../tables/create.ts';
import { parseTableName } from '../tables/definitions.ts';
import { findTable, type TableDescription } from '../tables/describe.ts';
import { indexedAttributes, schemaOf, type TableSchema } from '../tables/schema.ts';
import { isPart } from './backup-files.ts';
import type { BackupSource } from './backup-source.ts';
import { checkKey } from './check-key.ts';
import type { CheckpointFile } from './checkpoint-file.ts';
import { Checkpoints } from './checkpoints.ts';
import { findSuperseded } from './find-superseded.ts';
import { InOrder } from './in-order.ts';
import { KeyPartitions } from './key-partitions.ts';
import { type LineFormat, LineProblem, parseLine } from './line-format.ts';
import { LineSet } from './line-set.ts';
import { type ReadBackup, readItems } from './read-items.ts';
import type { RestoreCheckpoint, RestoreState } from './restore-checkpoint.ts';
import { describeSegments } from './segment-range.ts';

/** Write requests under way at once unless told otherwise. */
export const DEFAULT_WRITE_CONCURRENCY = 8;

/** The size at which a batch is full, in bytes: DynamoDB takes 16 MB a request, and several are held at once. */
const MAX_BATCH_BYTES = 2_000_000;

export interface RestoreOptions {
  readonly client: DynamoDBClient;
  /**
   * A data file: lines of typed JSON, plain JSON or a table export, gzipped or not; or the folder of a table export. A
   * path, or `s3://BUCKET/KEY`.
   */
  readonly file: string;
  /** How to ask S3, if the backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** What to call the file in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
  /** The table to write to. */
  readonly table: string;
  /** Make the table if it is missing: from the manifest, else from the Cumulus table that its name ends in. */
  readonly createTable?: boolean | undefined;
  /** What to do with a target that holds items: refuse (unless given), replace those of the same key, or keep those. */
  readonly existingItems?: 'refuse' | 'overwrite' | 'skip' | undefined;
  /** Whether the file may be a part of a backup, one that is not merged. */
  readonly partial?: boolean | undefined;
  /** Write requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most write capacity units to use in a second. */
  readonly maxWriteUnits?: number | undefined;
  /** Go on where an interrupted restore of the same file into the same table stopped; where there is none, begin. */
  readonly resume?: boolean | undefined;
  /** Do all checks, and write nothing. */
  readonly dryRun?: boolean | undefined;
  /** Whether to leave a checkpoint beside the file, by which to resume; true unless given. */
  readonly resumable?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Gets what a person should know although the restore goes on. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/** A restore that was completed. */
export interface RestoreResult {
  readonly table: string;
  readonly file: string;
  /** Present where nothing was written: the numbers then tell what would be, items that are skipped included. */
  readonly dryRun?: true;
  /** Items put into the table: each acknowledged by DynamoDB. */
  readonly items: number;
  /** Lines of the file that hold an item. */
  readonly lines: number;
  /** Lines whose item a later line of the same key replaces; they were not written. */
  readonly superseded: number;
  /** Items left out because the table had one of the same key. */
  readonly skipped: number;
  /** Bytes of the file as stored. */
  readonly bytes: number;
  readonly seconds: number;
  /** Whether the file was proved by a manifest before anything was written. */
  readonly proved: boolean;
  /** Whether the table was made. */
  readonly created: boolean;
  readonly resumed: boolean;
  /** How often items point to an object in S3, which the backup does not hold, if its manifest tells of any. */
  readonly pointersToS3?: number;
  /** Settings of a table that was made which the server does not have. */
  readonly notTaken: readonly SettingNotTaken[];
}

/**
 * Writes the items of a backup file to a table. Before anything is written the whole file is checked: against its
 * manifest, line by line, and each item's keys against the target's; and the target has to be empty unless told
 * otherwise. Of items with the same key the last in the file is written, and no other. Records are not altered.
 *
 * @throws TableNotFoundError, TargetNotEmptyError, KeySchemaMismatchError, InvalidLineError, CorruptBackupError,
 *   ManifestError, FileError, StorageError, BackupReplacedError, ConnectionError, AccessDeniedError, ThrottledError,
 *   RequestFailedError, ResumeMismatchError, InterruptedError
 */
export async function restoreTable(options: RestoreOptions): Promise<RestoreResult> {
  const startedAt = performance.now();
  const { existingItems = 'refuse' } = options;
  const reader = await openBackup(options.file, {
    name: options.fileName,
    s3: options.s3,
    abortSignal: options.abortSignal,
  });
  try {
    checkWhole(options, reader);
    const target = await planTarget(options, reader);
    const checked = await checkFile(options, reader, target.schema);
    const checkpointFile = reader.checkpoint(options.table);
    const interrupted = await interruptedRun(options, checkpointFile, checked.sha256, target.description);
    // A run that stopped before it knew its table has written nothing.
    if ((interrupted?.tableId ?? null) === null) {
      await checkTargetItems(options, target.description, checkpointFile);
    }
    const created = interrupted?.created ?? target.description === undefined;
    const result = {
      table: options.table,
      file: reader.name,
      lines: checked.items,
      superseded: checked.superseded.size,
      bytes: checked.bytes,
      proved: reader.provable,
      created,
      resumed: interrupted !== undefined,
      ...(reader.pointersToS3 === undefined ? {} : { pointersToS3: reader.pointersToS3 }),
    };
    if (options.dryRun) {
      const done = interrupted ?? NOTHING_DONE;
      const items = checked.items - checked.superseded.size - done.written - done.skipped;
      return { ...result, dryRun: true, items, skipped: 0, seconds: secondsSince(startedAt), notTaken: [] };
    }
    const checkpoint = optionalCheckpoint(options, checkpointFile);
    const begin = interrupted ?? NOTHING_DONE;
    if (interrupted === undefined) {
      const tableId = target.description?.id ?? null;
      await checkpoint.save({ ...begin, sha256: checked.sha256, tableId, created, existingItems });
    }
    const table = await madeTable(options, target);
    const save = (state: RestoreState): Promise<void> =>
      checkpoint.save({ ...state, sha256: checked.sha256, tableId: table.id, created, existingItems });
    await save(begin);
    const done = await writeFile(options, reader, target.schema, checked, interrupted, save);
    if (done.written + done.skipped + checked.superseded.size !== checked.items) {
      throw new CorruptBackupError(
        `Of ${checked.items} items of ${reader.name} some were neither written nor left out.`,
      );
    }
    const { notTaken } = created ? await applySettings(options.client, table, target.schema) : { notTaken: [] };
    await checkpoint.remove();
    return { ...result, items: done.written, skipped: done.skipped, seconds: secondsSince(startedAt), notTaken };
  } catch (error) {
    throw await explainAwsError(error, options.client, { action: writeAction(options), table: options.table });
  } finally {
    await reader.close();
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** @throws PartOfBackupError if a part of a backup would be taken for the whole */
function checkWhole({ file, partial }: RestoreOptions, { name, part }: BackupSource): void {
  if (partial || (part === undefined && !isPart(file))) return;
  throw new PartOfBackupError(
    `${name} is a part of a backup${part === undefined ? '' : `: ${describeSegments(part)}`}.`,
    ['Nothing was written.', 'Merge all parts by cumulus-api merge; or restore what is in this one by --part.'],
  );
}

const NOTHING_DONE: RestoreState = { line: 0, written: 0, skipped: 0 };

/** The target as it stands, or as it is to be made. */
interface Target {
  readonly description: TableDescription | undefined;
  readonly schema: TableSchema;
}

async function planTarget(options: RestoreOptions, reader: BackupSource): Promise<Target> {
  const { client, table, abortSignal } = options;
  const description = await findTable(client, table, abortSignal);
  if (description !== undefined) {
    checkKey(reader, description, ['Nothing was written.', 'Name another table, or a new one with --create-table.']);
    return { description, schema: description.schema };
  }
  const definition = (parseTableName(table) ?? parseTableName(reader.tableName ?? ''))?.definition;
  const schema = reader.schema ?? (definition === undefined ? undefined : schemaOf(definition));
  if (!options.createTable) {
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was written.',
      schema === undefined ? 'Create it first.' : 'Create it first, or have it made by --create-table.',
    ]);
  }
  if (schema === undefined) {
    throw new TableNotFoundError(table, await placeOf(client), [
      'Nothing was written.',
      'It cannot be made: no manifest tells its key, and the name does not end in that of a Cumulus table.',
    ]);
  }
  return { description, schema };
}

/** What a reading of the whole file has shown. */
interface CheckedFile extends ReadBackup {
  readonly superseded: LineSet;
  /** Whether all lines are typed, and so can be sent as they are. */
  readonly allTyped: boolean;
}

/**
 * Checks the file before anything is written. If it is, to the byte, what `backup` wrote from a table with the target's
 * key and indexed attributes, then each line is an item that the target takes, and no key is there twice, since
 * DynamoDB had it so. Any other file is checked line by line.
 */
async function checkFile(options: RestoreOptions, reader: BackupSource, schema: TableSchema): Promise<CheckedFile> {
  const { schema: sourceSchema, items } = reader;
  if (sourceSchema !== undefined && items !== undefined && coversIndexedAttributes(sourceSchema, schema)) {
    const proof = await reader.proveUnread(options.abortSignal);
    if (proof !== undefined) return { items, ...proof, superseded: new LineSet(), allTyped: true };
  }
  return checkLines(options, reader, schema);
}

function coversIndexedAttributes(source: TableSchema, target: TableSchema): boolean {
  const typesInSource = new Map(indexedAttributes(source).map(({ name, type }) => [name, type]));
  return indexedAttributes(target).every(({ name, type }) => typesInSource.get(name) === type);
}

async function checkLines(options: RestoreOptions, reader: BackupSource, schema: TableSchema): Promise<CheckedFile> {
  const { abortSignal, onProgress, table } = options;
  const { items: expectedItems } = reader;
  const keys = await KeyPartitions.create(reader.expectedItems);
  const formats = new Set<LineFormat>();
  let items = 0;
  let bytes = 0;
  try {
    const read = await readItems(
      reader,
      schema,
      ({ item, format, line, length }) => {
        formats.add(format);
        items += 1;
        bytes += length;
        if (items % 1000 === 0) onProgress?.({ phase: 'checking', table, items, bytes, expectedItems });
        return keys.add({ key: canonicalKey(item, schema.key), note: String(line) });
      },
      abortSignal,
    );
    const superseded = await findSuperseded(keys);
    return { ...read, superseded, allTyped: !formats.has('plain') && !formats.has('export') };
  } finally {
    await keys.close();
  }
}

async function checkTargetItems(
  options: RestoreOptions,
  description: TableDescription | undefined,
  checkpoint: CheckpointFile<RestoreCheckpoint>,
): Promise<void> {
  const { client, table, existingItems = 'refuse' } = options;
  if (description === undefined || existingItems !== 'refuse') return;
  await waitUntilActive(client, table, options.abortSignal);
  const { Count } = await client.send(new ScanCommand({ TableName: table, Limit: 1, ConsistentRead: true }));
  if (Count === 0) return;
  const stopped = (await checkpoint.load()) !== undefined;
  throw new TargetNotEmptyError(`Table ${table} holds items already.`, [
    'Nothing was written.',
    stopped
      ? `A restore of this file into it was interrupted: continue it with --resume.`
      : 'Name an empty table; or replace items of the same key with --overwrite, or keep them with --skip-existing.',
  ]);
}

const MODE_WORDS = {
  refuse: 'without --overwrite and --skip-existing',
  overwrite: 'with --overwrite',
  skip: 'with --skip-existing',
} as const;

/** The run to continue, if that was asked for and there is one. */
async function interruptedRun(
  options: RestoreOptions,
  checkpointFile: CheckpointFile<RestoreCheckpoint>,
  sha256: string,
  description: TableDescription | undefined,
): Promise<RestoreCheckpoint | undefined> {
  const checkpoint = options.resume ? await checkpointFile.load() : undefined;
  if (checkpoint === undefined) return undefined;
  const difference =
    checkpoint.sha256 !== sha256
      ? 'the file is another one now'
      : checkpoint.tableId !== null && checkpoint.tableId !== description?.id
        ? `table ${options.table} is another one now`
        : checkpoint.existingItems !== (options.existingItems ?? 'refuse')
          ? `it was begun ${MODE_WORDS[checkpoint.existingItems]}`
          : undefined;
  if (difference !== undefined) {
    throw new ResumeMismatchError(`The interrupted restore into ${options.table} cannot be continued: ${difference}.`, [
      'Nothing was written.',
      'Continue it as it was begun; or start anew, without --resume, into an empty table or with --overwrite.',
    ]);
  }
  return checkpoint;
}

async function madeTable(options: RestoreOptions, { description, schema }: Target): Promise<TableDescription> {
  const { client, table, abortSignal } = options;
  return description === undefined
    ? createTable(client, table, schema, abortSignal)
    : waitUntilActive(client, table, abortSignal);
}

/** The checkpoint, or one that is not kept where its place cannot be written to: the restore goes on without. */
function optionalCheckpoint(
  options: RestoreOptions,
  checkpoint: CheckpointFile<RestoreCheckpoint>,
): Pick<CheckpointFile<RestoreCheckpoint>, 'save' | 'remove'> {
  let usable = options.resumable ?? true;
  return {
    save: async (state) => {
      if (!usable) return;
      try {
        await checkpoint.save(state);
      } catch (error) {
        if (!isAboutStorage(error)) throw error;
        usable = false;
        options.onWarning?.(`This restore cannot be continued if it stops, for its checkpoint: ${error.message}`);
      }
    },
    remove: async () => {
      if (usable) await checkpoint.remove().catch(() => undefined);
    },
  };
}

function isAboutStorage(error: unknown): error is MetadataError {
  return error instanceof FileError || error instanceof StorageError || error instanceof AccessDeniedError;
}

/** Items of consecutive lines that are written together. */
interface Batch {
  readonly index: number;
  readonly lastLine: number;
  readonly firstLine: number;
  /** Their texts in typed JSON. */
  readonly items: readonly Buffer[];
}

async function writeFile(
  options: RestoreOptions,
  reader: BackupSource,
  schema: TableSchema,
  checked: CheckedFile,
  interrupted: RestoreState | undefined,
  save: (state: RestoreState) => Promise<void>,
): Promise<RestoreState> {
  const { client, table, maxWriteUnits, abortSignal, onProgress, concurrency = DEFAULT_WRITE_CONCURRENCY } = options;
  const limiter = maxWriteUnits === undefined ? undefined : new CapacityLimiter(maxWriteUnits);
  const begin = interrupted ?? NOTHING_DONE;
  let done = begin;
  let bytes = 0;
  const checkpoints = new Checkpoints(save);
  const inOrder = new InOrder<RestoreState>((batch) => {
    done = { line: batch.line, written: done.written + batch.written, skipped: done.skipped + batch.skipped };
    checkpoints.offer(() => done);
  });
  const batches = readBatches(reader, schema, checked, begin.line);
  const work = async (signal: AbortSignal): Promise<void> => {
    const resumed = interrupted !== undefined;
    const context: WriteContext = { client, table, key: schema.key, limiter, resumed, abortSignal: signal };
    for (let next = await batches.next(); !next.done; next = await batches.next()) {
      const batch = next.value;
      const written = await writeBatch(context, batch, options.existingItems === 'skip', reader);
      inOrder.end(batch.index, { line: batch.lastLine, written, skipped: batch.items.length - written });
      bytes += batch.items.reduce((sum, item) => sum + item.length, 0);
      const items = done.written + done.skipped;
      onProgress?.({ phase: 'restoring', table, items, bytes, expectedItems: checked.items - checked.superseded.size });
    }
  };
  try {
    await runWorkers(concurrency, abortSignal, work);
    await checkpoints.settle();
    return done;
  } catch (error) {
    await checkpoints.save(done).catch(() => undefined);
    const explained = await explainAwsError(error, client, { action: writeAction(options), table });
    throw stopped(explained, table, done, options.resumable ?? true);
  }
}

function writeAction({ existingItems }: RestoreOptions): string {
  return existingItems === 'skip' ? 'PutItem' : 'BatchWriteItem';
}

/** Reads the file a second time, in batches of lines that are not yet done with and not superseded. */
async function* readBatches(
  reader: BackupSource,
  schema: TableSchema,
  checked: CheckedFile,
  doneLine: number,
): AsyncGenerator<Batch, void> {
  let index = 0;
  let items: Buffer[] = [];
  let size = 0;
  let firstLine = 0;
  let lastLine = 0;
  const batch = (): Batch => ({ index: index++, firstLine, lastLine, items });
  const lines = reader.lines({ keep: true });
  for (let run = await lines.next(); ; run = await lines.next()) {
    if (run.done) {
      if (items.length > 0) yield batch();
      if (run.value.sha256 !== checked.sha256) {
        throw new CorruptBackupError(`${reader.name} was altered while it was being restored.`, [
          'The table now holds items of both versions: restore into another one.',
        ]);
      }
      return;
    }
    for (const { number, bytes } of run.value) {
      if (number <= doneLine || checked.superseded.has(number)) continue;
      if (items.length === 0) firstLine = number;
      lastLine = number;
      items.push(checked.allTyped ? bytes : typedText(bytes, schema));
      size += items.at(-1)?.length ?? 0;
      if (items.length === MAX_BATCH_ITEMS || size >= MAX_BATCH_BYTES) {
        yield batch();
        items = [];
        size = 0;
      }
    }
  }
}

function typedText(line: Buffer, schema: TableSchema): Buffer {
  const parsed = parseLine(line.toString('utf8'), schema.key);
  if (parsed instanceof LineProblem) throw new TypeError(`a checked line is no item: ${parsed.problem}`);
  return Buffer.from(JSON.stringify(parsed.item));
}

/** @returns how many of the batch's items were written; the others were there already */
async function writeBatch(
  context: WriteContext,
  batch: Batch,
  skipExisting: boolean,
  reader: BackupSource,
): Promise<number> {
  try {
    if (!skipExisting) {
      await putItems(context, batch.items);
      return batch.items.length;
    }
    let written = 0;
    for (const item of batch.items) if (await putItemIfAbsent(context, item)) written += 1;
    return written;
  } catch (error) {
    if (!isValidationError(error)) throw error;
    throw new RequestFailedError(
      `DynamoDB refused an item of ${describeLines(reader, batch)}: ${(error as Error).message}`,
      [],
      error,
    );
  }
}

function describeLines(reader: BackupSource, { firstLine, lastLine }: Batch): string {
  const first = reader.placeOf(firstLine);
  const last = reader.placeOf(lastLine);
  return first.file === last.file
    ? `${first.file}, lines ${first.line} to ${last.line}`
    : `${first.file} from line ${first.line} on, or of ${last.file} up to line ${last.line}`;
}

function stopped(error: unknown, table: string, done: RestoreState, resumable: boolean): unknown {
  if (!(error instanceof MetadataError)) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  return new ErrorClass(
    `The restore into ${table} stopped after ${done.written} items: ${error.message}`,
    [resumable ? 'Continue with the same command and --resume.' : 'Start again, with --overwrite.'],
    error,
  );
}
