import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainAwsError } from '../aws-errors.ts';
import { CapacityLimiter } from '../items/capacity-limiter.ts';
import { inTurn } from '../items/in-turn.ts';
import { defaultSegments, type SegmentPosition, scanSegments } from '../items/scan-segments.ts';
import type { TypedItem } from '../items/typed-item.ts';
import type { ProgressListener } from '../progress.ts';
import { describeSettings, describeTable, type TableDescription } from '../tables/describe.ts';
import type { KeySchema, TableSchema } from '../tables/schema.ts';
import { BackupReader } from './backup-reader.ts';
import { checkKey } from './check-key.ts';
import { type Comparison, compare, remember } from './compare.ts';
import { KeyPartitions } from './key-partitions.ts';
import { type BackupItem, type ReadBackup, readItems } from './read-items.ts';

const NEWLINE = 0x0a;

export interface VerifyOptions {
  readonly file: string;
  /** What to call the file in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
  /** A table to compare with, as it stands now; without it only the file itself is checked. */
  readonly liveTable?: { readonly client: DynamoDBClient; readonly name: string } | undefined;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface VerifyResult extends ReadBackup {
  readonly file: string;
  /** Whether size, SHA-256 and item count were compared with a manifest, and agree. */
  readonly proved: boolean;
  readonly seconds: number;
  /** What the comparison with a table has shown, if one was named. */
  readonly comparison?: Comparison;
}

/**
 * Proves a backup file: each line is an item, and size, SHA-256 and item count are what its manifest says. With a table
 * it also compares each item of the table with the file's as values, in bounded memory: the order of attributes, map
 * keys and set members does not count, numbers count by value.
 *
 * A difference is a result, not an error: see {@link Comparison.equal}.
 * @throws InvalidLineError, CorruptBackupError, ManifestError, FileError for the file; TableNotFoundError,
 *   KeySchemaMismatchError, ConnectionError, AccessDeniedError, ThrottledError for the table; InterruptedError
 */
export async function verifyBackup(options: VerifyOptions): Promise<VerifyResult> {
  const startedAt = performance.now();
  const reader = await BackupReader.open(options.file, options.fileName);
  try {
    const { liveTable } = options;
    const { read, comparison } =
      liveTable === undefined
        ? { read: await checkFile(options, reader, reader.manifest?.table.schema.key), comparison: undefined }
        : await compareWithTable(options, reader, liveTable);
    return {
      file: reader.name,
      ...read,
      proved: reader.manifest !== undefined,
      seconds: (performance.now() - startedAt) / 1000,
      ...(comparison === undefined ? {} : { comparison }),
    };
  } finally {
    await reader.close();
  }
}

/** Reads the file to its end; items need to have the key only: what an index would refuse matters to a restore. */
async function checkFile(
  options: VerifyOptions,
  reader: BackupReader,
  key: KeySchema | undefined,
  takeItem: (item: BackupItem) => Promise<void> | undefined = () => undefined,
): Promise<ReadBackup> {
  const { onProgress, abortSignal, liveTable } = options;
  const schema: TableSchema | undefined = key === undefined ? undefined : { key, globalIndexes: [], localIndexes: [] };
  const table = liveTable?.name ?? reader.name;
  let items = 0;
  let bytes = 0;
  return readItems(
    reader,
    schema,
    (item) => {
      items += 1;
      bytes += item.length;
      if (items % 1000 === 0) {
        onProgress?.({ phase: 'checking', table, items, bytes, expectedItems: reader.manifest?.items });
      }
      return takeItem(item);
    },
    abortSignal,
  );
}

async function compareWithTable(
  options: VerifyOptions,
  reader: BackupReader,
  { client, name }: { readonly client: DynamoDBClient; readonly name: string },
): Promise<{ readonly read: ReadBackup; readonly comparison: Comparison }> {
  const description = await describeTable(client, name, options.abortSignal);
  const { key } = description.schema;
  checkKey(reader, description, ['Name the table that the backup is of, or one that it was restored to.']);
  const { ttlAttribute } = await describeSettings(client, name);
  const partitions = await KeyPartitions.create(reader.expectedItems + description.estimatedItems);
  try {
    const read = await checkFile(options, reader, key, ({ item, line }) =>
      remember(partitions, key, item, { line, ttlAttribute }),
    );
    await rememberTable(options, client, description, partitions);
    return { read, comparison: await compare(partitions) };
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'Scan', table: name });
  } finally {
    await partitions.close();
  }
}

async function rememberTable(
  options: VerifyOptions,
  client: DynamoDBClient,
  { name, schema, estimatedItems, estimatedBytes }: TableDescription,
  partitions: KeyPartitions,
): Promise<void> {
  const { maxReadUnits, onProgress } = options;
  let items = 0;
  let bytes = 0;
  const rememberPage = inTurn<Uint8Array>(async (lines) => {
    const page = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    // A line at a time: the text of a whole page would be large enough to stay in memory until a full collection.
    for (let start = 0; start < page.length; ) {
      const end = page.indexOf(NEWLINE, start);
      const taken = remember(partitions, schema.key, JSON.parse(page.toString('utf8', start, end)) as TypedItem);
      if (taken !== undefined) await taken;
      start = end + 1;
    }
  });
  await scanSegments({
    client,
    table: name,
    positions: Array<SegmentPosition>(defaultSegments(estimatedBytes)).fill('start'),
    concurrency: options.concurrency,
    consistent: true,
    limiter: maxReadUnits === undefined ? undefined : new CapacityLimiter(maxReadUnits),
    abortSignal: options.abortSignal,
    takePage: async ({ lines, count }) => {
      await rememberPage(lines);
      items += count;
      bytes += lines.length;
      onProgress?.({ phase: 'comparing', table: name, items, bytes, expectedItems: estimatedItems });
    },
  });
}
