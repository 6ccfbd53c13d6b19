import { canonicalKey, describeItemKey } from '../../items/item-key.ts';
import type { ProgressListener } from '../../items/progress.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { LineSet } from '../compare/line-set.ts';
import { CorruptBackupError, HoldsChangesError, InvalidLineError, KeyUnknownError } from '../errors.ts';
import { type ParsedLine, parseLine } from '../format/line-format.ts';
import { describePlace } from '../format/line-place.ts';
import { LineProblem } from '../format/line-problem.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { openBackup } from '../read/open-backup.ts';
import { readItems } from '../read/read-items.ts';
import { ReadingProgress } from '../read/reading-progress.ts';
import { schemaOfBackup } from '../read/schema-of-backup.ts';
import { LineChooser } from './choose-lines.ts';
import { type ItemFilter, matchesAll } from './item-filter.ts';
import { LineFilter } from './line-filter.ts';
import { parseKey } from './parse-key.ts';

export interface FindItemsOptions {
  /** A data file, or the folder of a table export: a path, or `s3://BUCKET/KEY`. */
  readonly file: string;
  /** What to call the file in messages and the result, if not by its path. */
  readonly fileName?: string | undefined;
  /** The keys that are wanted, as `granuleId=G1` or JSON; items of any key unless given. */
  readonly keys?: readonly string[] | undefined;
  /** What items have to meet; see `parseItemFilter`. */
  readonly where?: readonly ItemFilter[] | undefined;
  /** After how many items the search ends, before the end of the file. */
  readonly limit?: number | undefined;
  /** How to ask S3, if the backup is there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** Secret keys of age, of which one opens the backup if it is encrypted; `readIdentities` reads them from files. */
  readonly identities?: readonly string[] | undefined;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** An item that was found. */
export interface FoundItem {
  readonly item: TypedItem;
  /** As typed JSON, in one line: as the backup has it, if that is typed. */
  readonly typedJson: string;
}

/** What a search has shown at its end. */
export interface SearchResult {
  readonly file: string;
  /** Items that were found. */
  readonly found: number;
  /** Lines with an item that were read. */
  readonly items: number;
  /** Whether the file was read to its end; else the limit has ended the search. */
  readonly complete: boolean;
  /** Whether it was read to its end, and is what a manifest says. */
  readonly proved: boolean;
  /** Lines whose item a later line of the same key replaces; they were passed over. Undefined where the key of the table is unknown. */
  readonly superseded: number | undefined;
  /** The keys that were wanted and that no item has, in words. */
  readonly keysNotFound: readonly string[];
}

/**
 * Finds items of a backup, in the order of their lines, without more memory than a part of the file takes. Items come before the file is
 * read to its end; that it is what its manifest says is shown at the end. Where there is no manifest, the file is read twice: of lines
 * with the same key the last counts.
 *
 * @returns at its end what the search has shown
 * @throws InvalidSelectionError for a key that cannot be read; KeyUnknownError if keys are wanted and nothing says the key of the table;
 *   HoldsChangesError for an incremental export; InvalidLineError, CorruptBackupError (also after items have come), FileReplacedError,
 *   ManifestError, FileError, StorageError; InterruptedError
 * @example
 * ```ts
 * import { findItems, parseItemFilter } from '@cumulus/dynamodb/backup';
 *
 * const where = [parseItemFilter('collectionId=MOD09GQ___006')];
 * for await (const { item } of findItems({ file: 'backups/prod-GranulesTable.json', where })) console.log(item);
 * ```
 */
export async function* findItems(options: FindItemsOptions): AsyncGenerator<FoundItem, SearchResult> {
  const { file, fileName: name, s3, identities, abortSignal } = options;
  const reader = await openBackup(file, { name, s3, identities, abortSignal });
  try {
    const schema = schemaOfBackup(reader);
    return yield* search(reader, schema, options);
  } finally {
    await reader.close();
  }
}

/** Lines of a file without a manifest that do not count, and the digest of what was read. */
interface FirstReading {
  readonly superseded: LineSet;
  readonly sha256: string;
}

async function* search(
  reader: BackupSource,
  schema: TableSchema | undefined,
  options: FindItemsOptions,
): AsyncGenerator<FoundItem, SearchResult> {
  const { where = [], limit = Number.POSITIVE_INFINITY, abortSignal, onProgress } = options;
  const wanted = wantedKeys(reader, schema, options);
  const left = new Map(wanted);
  const first = reader.provable || schema === undefined ? undefined : await readFirst(reader, schema, options);
  // Each line of any other file has to be looked at, whether it is an item at all.
  const lineFilter = reader.provable || first !== undefined ? new LineFilter(where) : undefined;
  const of = { phase: 'searching', table: reader.name, expectedItems: reader.items } as const;
  const progress = new ReadingProgress(onProgress, of);
  const lines = reader.lines({ schema });
  let found = 0;
  const result = (complete: boolean): SearchResult => ({
    file: reader.name,
    found,
    items: progress.items,
    complete,
    proved: complete && reader.provable,
    superseded: schema === undefined ? undefined : (first?.superseded.size ?? 0),
    keysNotFound: complete ? [...left.values()].map(describeItemKey) : [],
  });
  for (;;) {
    abortSignal?.throwIfAborted();
    const run = await lines.next();
    if (run.done) {
      reader.prove(run.value, progress.items);
      if (first !== undefined && first.sha256 !== run.value.sha256) {
        throw new CorruptBackupError(`${reader.name} was altered while it was read.`, ['Search it again.']);
      }
      return result(true);
    }
    for (const { number, bytes } of run.value) {
      progress.count(bytes.length);
      // The first line shows whether the file holds changes.
      if (progress.items > 1 && lineFilter?.mayMatch(bytes) === false) continue;
      if (first?.superseded.has(number)) continue;
      const text = bytes.toString('utf8');
      const { item, format } = itemOf(reader, number, parseLine(text, schema?.key));
      if (schema !== undefined && wanted !== undefined) {
        const key = canonicalKey(item, schema.key);
        if (!wanted.has(key)) continue;
        left.delete(key);
      }
      if (!matchesAll(item, where)) continue;
      found += 1;
      yield { item, typedJson: format === 'typed' ? text : JSON.stringify(item) };
      if (found >= limit) return result(false);
    }
  }
}

/** The keys that are wanted by their canonical text; undefined for all. */
function wantedKeys(
  reader: BackupSource,
  schema: TableSchema | undefined,
  { keys }: FindItemsOptions,
): ReadonlyMap<string, TypedItem> | undefined {
  if (keys === undefined) return undefined;
  if (schema === undefined) throw new KeyUnknownError([reader.name]);
  return new Map(
    keys.map((text) => {
      const key = parseKey(text, schema.key);
      return [canonicalKey(key, schema.key), key];
    }),
  );
}

async function readFirst(
  reader: BackupSource,
  schema: TableSchema,
  { abortSignal }: FindItemsOptions,
): Promise<FirstReading> {
  const chooser = await LineChooser.create({ key: schema.key, expectedItems: reader.expectedItems });
  try {
    const { sha256 } = await readItems(
      reader,
      { schema, checksIndexes: false },
      ({ item, line }) => chooser.add(item, line),
      { abortSignal, changes: false },
    );
    const { superseded } = await chooser.choose();
    return { superseded, sha256 };
  } finally {
    await chooser.close();
  }
}

/** @throws InvalidLineError, HoldsChangesError */
function itemOf(reader: BackupSource, line: number, parsed: ParsedLine | LineProblem): ParsedLine {
  if (parsed instanceof LineProblem) throw new InvalidLineError(reader.placeOf(line), parsed.problem);
  if (parsed.format === 'change') {
    throw new HoldsChangesError(
      `${describePlace(reader.placeOf(line))}: a change of an incremental export, where items of a whole table are wanted.`,
    );
  }
  return parsed;
}
