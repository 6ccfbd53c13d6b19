import { canonicalKey } from '../../items/item-key.ts';
import { indexedAttributes, type TableSchema } from '../../tables/schema.ts';
import type { BackupSource } from '../backup-source.ts';
import { findSuperseded } from '../find-superseded.ts';
import { KeyPartitions } from '../key-partitions.ts';
import type { LineFormat } from '../line-format.ts';
import { LineSet } from '../line-set.ts';
import { type ReadBackup, readItems } from '../read-items.ts';
import type { RestoreOptions } from './options.ts';

/** What a reading of the whole file has shown. */
export interface CheckedFile extends ReadBackup {
  readonly superseded: LineSet;
  /** Whether all lines are typed, and so can be sent as they are. */
  readonly allTyped: boolean;
}

/**
 * Checks the file before anything is written. If it is, to the byte, what `backup` wrote from a table with the target's
 * key and indexed attributes, then each line is an item that the target takes, and no key is there twice, since
 * DynamoDB had it so. Any other file is checked line by line.
 */
export async function checkFile(
  options: RestoreOptions,
  reader: BackupSource,
  schema: TableSchema,
): Promise<CheckedFile> {
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
