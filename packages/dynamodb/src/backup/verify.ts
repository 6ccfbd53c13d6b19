import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../aws/dynamodb-errors.ts';
import { runTogether } from '../aws/workers.ts';
import { keyRules } from '../items/item-key.ts';
import type { ProgressListener } from '../items/progress.ts';
import { SummedProgress } from '../items/summed-progress.ts';
import { ItemView } from '../items/text/item-view.ts';
import type { S3Access } from '../storage/open-storage.ts';
import { compareSettings, type SettingsComparison } from '../tables/compare-settings.ts';
import { describeWithAnswer, type TableDescription } from '../tables/describe.ts';
import { describeFully } from '../tables/describe-fully.ts';
import { laterSettings } from '../tables/later-settings.ts';
import { namedSettings } from '../tables/named-settings.ts';
import { requireSameTable } from '../tables/same-table.ts';
import type { TableSchema } from '../tables/schema.ts';
import { type Comparison, compare, type FileAndTable } from './compare/compare.ts';
import { ItemPairs } from './compare/item-pairs.ts';
import { requireKeysOnce } from './compare/require-keys-once.ts';
import { scanNotes } from './compare/scan-notes.ts';
import type { LinePlace } from './format/line-place.ts';
import type { ScanTime } from './format/manifest.ts';
import type { BackupSource } from './read/backup-source.ts';
import { checkKey } from './read/check-key.ts';
import { openBackup } from './read/open-backup.ts';
import { type BackupItem, type ReadBackup, type RefusedLine, readItems } from './read/read-items.ts';
import { ReadingProgress } from './read/reading-progress.ts';
import { compareChosen } from './select/compare-chosen.ts';
import type { Selection } from './select/selection.ts';

/** Refused lines that are named, of any number. */
const NAMED_LINES = 10;

export interface VerifyOptions {
  /** A data file, or the folder of a table export: a path, or `s3://BUCKET/KEY`. */
  readonly file: string;
  /** How to ask S3, if the backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  /** What to call the file in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
  /** A table to compare with, as it stands now; without it only the file itself is checked. */
  readonly liveTable?: { readonly client: DynamoDBClient; readonly name: string } | undefined;
  /**
   * Which items of the backup to compare with the table; all unless given. What else the table has is no difference then. The whole
   * file is proved all the same.
   */
  readonly selection?: Selection | undefined;
  /** Scan requests under way at once. */
  readonly concurrency?: number | undefined;
  /** The most read capacity units to use in a second. */
  readonly maxReadUnits?: number | undefined;
  /**
   * Whether a second thread of the process digests the items of the table; unless given it does on four or more processors, for a
   * table of more than 8 MB. The result is the same. Where no thread can be started, the first one does it.
   */
  readonly secondThread?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface VerifyResult extends ReadBackup {
  readonly file: string;
  /**
   * Whether size, SHA-256 and item count were compared with a manifest, and agree; of an export the MD5 and item count of
   * each file.
   */
  readonly proved: boolean;
  /**
   * `false` for an encrypted file that was not opened, since no secret key was given: then the bytes that are stored are proved, the
   * number of items is what the manifest says, and no line was looked at.
   */
  readonly opened?: false | undefined;
  /** Over which time its items were read, if its manifest says so. */
  readonly scan?: ScanTime | undefined;
  /** How often its items point to an object in S3, which it does not hold, if its manifest counts any. */
  readonly pointersToS3?: number | undefined;
  readonly seconds: number;
  /** What the comparison with a table has shown, if one was named. */
  readonly comparison?: Comparison | undefined;
  /** Lines that the table's indexes would refuse, if a table was named and there are such; they may be in it all the same. */
  readonly refusedByIndexes?: RefusedByIndexes | undefined;
  /** How the table's settings differ from those in the manifest, if a table was named and the manifest has any. */
  readonly settings?: SettingsComparison | undefined;
}

/**
 * Items that a table holds only if they were written before its indexes were made: DynamoDB would not take them again, and so a
 * restore refuses them, or sets them aside.
 */
export interface RefusedByIndexes {
  /** How many lines; all were counted. */
  readonly lines: number;
  /** The first of them. */
  readonly first: readonly (LinePlace & Pick<RefusedLine, 'problem'>)[];
}

/**
 * Proves a backup file: each line is an item, and size, SHA-256 and item count are what its manifest says. With a table
 * it also compares each item of the table with the file's as values, in bounded memory: the order of attributes, map
 * keys and set members does not count, numbers count by value.
 *
 * Of changes, as an incremental export holds them, it compares the items that they are of.
 *
 * A difference is a result, not an error: see {@link Comparison.equal}.
 * @throws InvalidLineError, CorruptBackupError, FileReplacedError, ManifestError, FileError, StorageError for the file;
 *   TableNotFoundError, TableReplacedError, KeySchemaMismatchError, ConnectionError, AccessDeniedError, ThrottledError for the table;
 *   InterruptedError
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { verifyBackup } from '@cumulus/dynamodb/backup';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const { proved, comparison } = await verifyBackup({
 *   file: 'backups/prod-GranulesTable.json',
 *   liveTable: { client, name: 'prod-GranulesTable' },
 * });
 * if (!proved || comparison?.equal !== true) console.log('They differ.', comparison?.differences);
 * ```
 */
export async function verifyBackup(options: VerifyOptions): Promise<VerifyResult> {
  const startedAt = performance.now();
  const reader = await openBackup(options.file, {
    name: options.fileName,
    s3: options.s3,
    identities: options.identities,
    abortSignal: options.abortSignal,
  });
  try {
    const { liveTable } = options;
    const unopened = liveTable === undefined ? await proveUnopened(reader, options.abortSignal) : undefined;
    const { read, ...compared } =
      unopened ??
      (liveTable === undefined
        ? { read: await checkFile(options, reader, reader.schema) }
        : await compareWithTable(options, reader, liveTable));
    return {
      file: reader.name,
      ...read,
      proved: reader.provable,
      scan: reader.scan,
      pointersToS3: reader.pointersToS3,
      seconds: (performance.now() - startedAt) / 1000,
      ...compared,
    };
  } finally {
    await reader.close();
  }
}

/**
 * Proves an encrypted file by what is stored, if no secret key was given.
 * @returns undefined if it can be read, or there is nothing to prove it by
 */
async function proveUnopened(
  reader: BackupSource,
  abortSignal: AbortSignal | undefined,
): Promise<{ readonly read: ReadBackup; readonly opened: false } | undefined> {
  const { items, proveStored } = reader;
  if (items === undefined || proveStored === undefined || !(await reader.isLocked?.())) return undefined;
  const proof = await proveStored.call(reader, abortSignal);
  return { read: { items, formats: [], layout: 'lines', ...proof }, opened: false };
}

/**
 * Reads the file to its end; items need to have the key only, since a table may hold what its indexes refuse.
 * @param view shows each item when it is taken
 */
async function checkFile(
  options: VerifyOptions,
  reader: BackupSource,
  schema: TableSchema | undefined,
  view = schema === undefined ? undefined : new ItemView(schema.key),
  takeItem: (item: BackupItem) => Promise<void> | undefined = () => undefined,
): Promise<ReadBackup> {
  const { onProgress, abortSignal, liveTable } = options;
  const table = liveTable?.name ?? reader.name;
  const progress = new ReadingProgress(onProgress, { phase: 'checking', table, expectedItems: reader.items });
  return readItems(
    reader,
    schema === undefined ? undefined : { schema, checksIndexes: false, view },
    (item) => {
      progress.count(item.length);
      return takeItem(item);
    },
    { abortSignal },
  );
}

interface Compared {
  readonly read: ReadBackup;
  readonly comparison: Comparison;
  readonly refusedByIndexes?: RefusedByIndexes | undefined;
  readonly settings?: SettingsComparison | undefined;
}

async function compareWithTable(
  options: VerifyOptions,
  reader: BackupSource,
  { client, name }: { readonly client: DynamoDBClient; readonly name: string },
): Promise<Compared> {
  const { description, answer } = await describeWithAnswer(client, name, options.abortSignal);
  checkKey(reader, description, ['Name the table that the backup is of, or one that it was restored to.']);
  if (options.selection !== undefined) return compareSelected(options, options.selection, reader, client, description);
  const expectedItems = reader.expectedItems + description.estimatedItems;
  const items: FileAndTable = await ItemPairs.create(expectedItems);
  const { key } = description.schema;
  const refused = { lines: 0, first: [] as RefusedByIndexes['first'][number][] };
  const { concurrency, maxReadUnits, secondThread, abortSignal } = options;
  const progress = new SummedProgress(options.onProgress, { phase: 'comparing', table: name, expectedItems });
  try {
    let read: ReadBackup | undefined;
    let settings: SettingsComparison | undefined;
    const readFile = async (signal: AbortSignal): Promise<void> => {
      const full = await describeFully(client, description, { described: answer, abortSignal: signal });
      if (reader.settings !== undefined) settings = compareSettings(reader.settings, namedSettings(full));
      const { ttlAttribute } = laterSettings(full);
      const inFile = new ItemView(key, { rules: keyRules(description.schema), ttlAttribute });
      const reading = { ...options, abortSignal: signal, onProgress: progress.part() };
      read = await checkFile(reading, reader, description.schema, inFile, ({ line, isDeletion }) => {
        const { problem, expiry: expires } = inFile;
        if (problem !== undefined) {
          refused.lines += 1;
          if (refused.first.length < NAMED_LINES) refused.first.push({ ...reader.placeOf(line), problem });
        }
        return items.addLeft(inFile, { line, expires, isDeletion });
      });
    };
    const readTable = (signal: AbortSignal): Promise<void> =>
      scanNotes({
        client,
        tables: [{ table: description, side: 'R' }],
        concurrency,
        maxReadUnits,
        abortSignal: signal,
        onProgress: progress.part(),
        notes: { key },
        takeNotes: (notes) => items.addNotes(notes),
        secondThread,
      });
    // At once: while DynamoDB makes a page, there is time for lines.
    await runTogether([readFile, readTable], abortSignal);
    if (read === undefined) throw new TypeError('The file was not read.');
    const compared = compare(items, reader, { ofChanges: read.deletions !== undefined });
    const same = requireSameTable(client, description, 'while it was compared', ['Compare it again.'], abortSignal);
    // At once too, and no file is closed that is still read.
    await Promise.allSettled([compared, same]);
    await same;
    const comparison = await compared;
    requireKeysOnce(reader, comparison.superseded);
    return {
      read,
      comparison,
      refusedByIndexes: refused.lines === 0 ? undefined : refused,
      settings,
    };
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action: 'Scan', table: name });
  } finally {
    await items.close();
  }
}

/** The table's other items are not read, so neither are its settings compared. */
async function compareSelected(
  { s3, maxReadUnits, abortSignal, onProgress }: VerifyOptions,
  selection: Selection,
  reader: BackupSource,
  client: DynamoDBClient,
  table: TableDescription,
): Promise<Compared> {
  try {
    const compared = await compareChosen(reader, table, {
      client,
      selection,
      s3,
      maxReadUnits,
      abortSignal,
      onProgress,
    });
    await requireSameTable(client, table, 'while it was compared', ['Compare it again.'], abortSignal);
    return compared;
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action: 'BatchGetItem', table: table.name });
  }
}
