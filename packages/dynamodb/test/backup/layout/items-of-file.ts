import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LineFormat } from '../../../src/backup/format/line-format.ts';
import { BackupReader } from '../../../src/backup/read/backup-reader.ts';
import { type ReadBackup, readItems } from '../../../src/backup/read/read-items.ts';
import type { TypedItem } from '../../../src/items/typed-item.ts';
import { openStorageOf } from '../../../src/storage/open-storage.ts';
import type { KeySchema, TableSchema } from '../../../src/tables/schema.ts';

/** The schema of a table with the key `id`, a string unless given. */
export function schemaOfId(type: 'S' | 'N' | 'B' = 'S', range?: KeySchema['range']): TableSchema {
  return { key: { hash: { name: 'id', type }, range }, globalIndexes: [], localIndexes: [] };
}

export interface ItemsOfFile extends Pick<ReadBackup, 'layout' | 'formats' | 'incomplete'> {
  readonly items: readonly TypedItem[];
  readonly formatOfEach: readonly LineFormat[];
  /** Where each is. */
  readonly places: readonly string[];
}

/** Reads a file as restore and verify do. */
export async function itemsOfFile(path: string, schema: TableSchema | undefined): Promise<ItemsOfFile> {
  const reader = await BackupReader.open(await openStorageOf(path), 'FILE');
  const items: TypedItem[] = [];
  const formatOfEach: LineFormat[] = [];
  const places: string[] = [];
  try {
    const { layout, formats, incomplete } = await readItems(
      reader,
      schema && { schema, checksIndexes: true },
      ({ item, format, line }) => {
        const place = reader.placeOf(line);
        items.push(item);
        formatOfEach.push(format);
        places.push(`${place.unit ?? 'line'} ${place.line}`);
        return undefined;
      },
    );
    return { items, formatOfEach, places, layout, formats, incomplete };
  } finally {
    await reader.close();
  }
}

/** Reads a file of this content. */
export async function itemsIn(
  folder: string,
  content: string | Uint8Array,
  schema: TableSchema | undefined,
): Promise<ItemsOfFile> {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return itemsOfFile(path, schema);
}
