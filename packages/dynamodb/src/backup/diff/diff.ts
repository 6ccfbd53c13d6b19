import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { explainDynamoDBError } from '../../aws/dynamodb-errors.ts';
import { ItemView } from '../../items/text/item-view.ts';
import { isSameFile } from '../../storage/disk/same-file.ts';
import { FileError } from '../../storage/errors.ts';
import { describeTable } from '../../tables/describe.ts';
import { KeySchemaMismatchError } from '../../tables/errors.ts';
import { describeSettings } from '../../tables/later-settings.ts';
import { requireSameTable } from '../../tables/same-table.ts';
import { describeKey, sameKey, type TableSchema } from '../../tables/schema.ts';
import { ItemPairs, type RememberedItem } from '../compare/item-pairs.ts';
import { scanNotes } from '../compare/scan-notes.ts';
import { KeyUnknownError } from '../errors.ts';
import { manifestName } from '../format/file-names.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { checkKey } from '../read/check-key.ts';
import { openBackup } from '../read/open-backup.ts';
import { type BackupItem, type ReadBackup, readItems, type TableOfItems } from '../read/read-items.ts';
import { ReadingProgress } from '../read/reading-progress.ts';
import { schemaOfBackup } from '../read/schema-of-backup.ts';
import { requireNoBackup } from '../store/require-no-backup.ts';
import { changedLines, lineDigest } from './changed-lines.ts';
import { countDifferences, type DiffFacts, type ItemsOfBoth } from './count-differences.ts';
import type { DiffedBackup, DiffOptions, DiffResult, NamedBackup } from './options.ts';

/**
 * Compares two backups, or a backup and a live table, item by item as values, in bounded memory: the order of items, attributes,
 * map keys and set members does not count, numbers count by value. Of lines with the same key the last counts.
 *
 * A difference is a result, not an error: see {@link DiffResult.equal}.
 * @throws KeyUnknownError if nothing says the key of the backups' table; KeySchemaMismatchError if they are of tables with different keys;
 *   HoldsChangesError for an incremental export; InvalidLineError, CorruptBackupError, FileReplacedError, ManifestError, FileError,
 *   StorageError for a file; TableNotFoundError, TableReplacedError, ConnectionError, AccessDeniedError, ThrottledError for the
 *   table; InterruptedError
 * @example
 * ```ts
 * import { diffBackups } from '@cumulus/dynamodb/backup';
 *
 * const { equal, changed, onlyInA, onlyInB } = await diffBackups({
 *   a: { file: 'monday/prod-GranulesTable.json' },
 *   b: { file: 'tuesday/prod-GranulesTable.json' },
 * });
 * if (!equal) console.log(changed, onlyInA, onlyInB);
 * ```
 */
export async function diffBackups(options: DiffOptions): Promise<DiffResult> {
  const startedAt = performance.now();
  const { a, b } = options;
  await refuseListOverBackups(options);
  const result =
    'table' in b
      ? await withBackup(a, options, (reader) => diffWithTable(reader, b, options))
      : await withBackup(a, options, (one) => withBackup(b, options, (other) => diffFiles(one, other, options)));
  return { ...result, list: options.list, seconds: (performance.now() - startedAt) / 1000 };
}

/** A list replaces a file of its name, which must not be what is compared. @throws FileError */
async function refuseListOverBackups({ a, b, list }: DiffOptions): Promise<void> {
  if (list === undefined) return;
  await requireNoBackup(list);
  for (const { file } of 'table' in b ? [a] : [a, b]) {
    for (const each of [file, manifestName(file)]) {
      if (!(await isSameFile(list, each))) continue;
      throw new FileError(`The list of differences would replace ${each}, which is compared.`, [
        'Nothing was changed. Choose another file for the list.',
      ]);
    }
  }
}

type Diffed = Omit<DiffResult, 'seconds'>;

async function withBackup<T>(
  { file, fileName }: NamedBackup,
  { s3, identities, abortSignal }: DiffOptions,
  use: (reader: BackupSource) => Promise<T>,
): Promise<T> {
  const reader = await openBackup(file, { name: fileName, s3, identities, abortSignal });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

async function diffFiles(a: BackupSource, b: BackupSource, options: DiffOptions): Promise<Diffed> {
  const schema = commonSchema(a, b);
  const items: ItemsOfBoth = await ItemPairs.create(a.expectedItems + b.expectedItems);
  const view = new ItemView(schema.key);
  try {
    const readOfA = await read(a, { schema, view }, options, ({ line, bytes }) =>
      items.addLeft(view, { line }, lineDigest(bytes)),
    );
    const readOfB = await read(b, { schema, view }, options, ({ line, bytes }) =>
      items.addRight(view, { line }, lineDigest(bytes)),
    );
    const beforeA = { reader: a, sha256: readOfA.sha256, schema };
    const beforeB = { reader: b, sha256: readOfB.sha256, schema };
    const changed = await changedLines(items, beforeA, beforeB, options.abortSignal);
    const isChanged = ({ facts: { line } }: RememberedItem<DiffFacts>): boolean =>
      line !== undefined && changed.has(line);
    const counts = await countDifferences(items, { a, b, list: options.list, isChanged });
    const { supersededInA, supersededInB, rightItems: _, expired: __, ...counted } = counts;
    return { a: diffed(a, readOfA, supersededInA), b: diffed(b, readOfB, supersededInB), ...counted };
  } finally {
    await items.close();
  }
}

async function diffWithTable(
  a: BackupSource,
  { client, table }: { readonly client: DynamoDBClient; readonly table: string },
  options: DiffOptions,
): Promise<Diffed> {
  const { abortSignal, maxReadUnits, onProgress, secondThread } = options;
  const description = await describeTable(client, table, abortSignal);
  checkKey(a, description, ['Name the table that the backup is of, or one that it was restored to.']);
  const { ttlAttribute } = await describeSettings(client, description);
  const { schema, estimatedItems } = description;
  const items: ItemsOfBoth = await ItemPairs.create(a.expectedItems + estimatedItems);
  const view = new ItemView(schema.key, { ttlAttribute });
  try {
    const readOfA = await read(a, { schema, view }, options, ({ line }) =>
      items.addLeft(view, { line, expires: view.expiry }),
    );
    await scanNotes({
      client,
      tables: [{ table: description, side: 'R' }],
      maxReadUnits,
      abortSignal,
      onProgress,
      notes: { key: schema.key },
      takeNotes: (notes) => items.addNotes(notes),
      secondThread,
    });
    await requireSameTable(client, description, 'while it was compared', ['Compare it again.'], abortSignal);
    const {
      supersededInA,
      supersededInB: _,
      rightItems,
      ...counted
    } = await countDifferences(items, {
      a,
      list: options.list,
      isChanged: (left, right) => left.digest !== right.digest,
    });
    return { a: diffed(a, readOfA, supersededInA), b: { table, items: rightItems }, ...counted };
  } catch (error) {
    throw await explainDynamoDBError(error, client, { action: 'Scan', table });
  } finally {
    await items.close();
  }
}

/** @throws KeyUnknownError, KeySchemaMismatchError */
function commonSchema(a: BackupSource, b: BackupSource): TableSchema {
  const [ofA, ofB] = [schemaOfBackup(a), schemaOfBackup(b)];
  const schema = ofA ?? ofB;
  if (schema === undefined) throw new KeyUnknownError([a.name, b.name]);
  if (ofA === undefined || ofB === undefined || sameKey(ofA.key, ofB.key)) return schema;
  throw new KeySchemaMismatchError(
    `${a.name} is of a table with the key ${describeKey(ofA.key)}, ${b.name} of one with ${describeKey(ofB.key)}.`,
    ['Name two backups of the same table, or of tables of the same kind.'],
  );
}

function read(
  reader: BackupSource,
  of: Required<Pick<TableOfItems, 'schema' | 'view'>>,
  { onProgress, abortSignal }: DiffOptions,
  takeItem: (item: BackupItem) => Promise<void> | undefined,
): Promise<ReadBackup> {
  const progress = new ReadingProgress(onProgress, {
    phase: 'checking',
    table: reader.name,
    expectedItems: reader.items,
  });
  return readItems(
    reader,
    { ...of, checksIndexes: false },
    (item) => {
      progress.count(item.length);
      return takeItem(item);
    },
    { abortSignal, changes: false },
  );
}

function diffed(
  { name, provable }: BackupSource,
  { items, bytes, sha256 }: ReadBackup,
  superseded: number,
): DiffedBackup {
  return { file: name, items, bytes, sha256, proved: provable, superseded };
}
