import { InvalidLineError } from '../../backup/errors.ts';
import { parseLine } from '../../backup/format/line-format.ts';
import { LineProblem } from '../../backup/format/line-problem.ts';
import type { Line } from '../../backup/format/lines.ts';
import type { BackupSource } from '../../backup/read/backup-source.ts';
import { canonicalKey } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { Change } from '../format/segment.ts';
import type { ChainedExport } from '../read/export-chain.ts';
import { openExport } from '../read/open-export.ts';

const ITEM_START = Buffer.from('{"Item":{');
const ITEM_END = Buffer.from('}}');

/**
 * The item of a line of a full export, as a line of typed JSON. Its bytes stay as they are, where only the item is in the line.
 * @throws InvalidLineError
 */
export function itemOfExport(source: BackupSource, { number, bytes }: Line, { key }: TableSchema): Buffer {
  const parsed = parseLine(bytes.toString('utf8'), key);
  if (parsed instanceof LineProblem) throw new InvalidLineError(source.placeOf(number), parsed.problem);
  if (parsed.format !== 'export') throw new InvalidLineError(source.placeOf(number), 'it is not an item of an export');
  const isBare =
    bytes.subarray(0, ITEM_START.length).equals(ITEM_START) && bytes.subarray(-ITEM_END.length).equals(ITEM_END);
  return isBare ? bytes.subarray(ITEM_START.length - 1, -1) : Buffer.from(JSON.stringify(parsed.item));
}

/**
 * The item of a key in a full export, which is read to its end.
 * @throws ArchiveDamagedError, CorruptBackupError, ManifestError, InvalidLineError
 */
export async function findInExport(
  storage: Storage,
  full: ChainedExport,
  key: TypedItem,
  options: StorageOptions,
): Promise<TypedItem | undefined> {
  const { schema } = full.note.settings ?? {};
  if (schema === undefined) return undefined;
  const wanted = canonicalKey(key, schema.key);
  const reader = await openExport(storage, full, options);
  let found: TypedItem | undefined;
  try {
    for await (const lines of reader.lines({ schema })) {
      options.abortSignal?.throwIfAborted();
      for (const line of lines) {
        const item = JSON.parse(itemOfExport(reader, line, schema).toString('utf8')) as TypedItem;
        if (canonicalKey(item, schema.key) === wanted) found = item;
      }
    }
    return found;
  } finally {
    await reader.close();
  }
}

/**
 * Takes the changes of an incremental export: what the window left of each item that has changed in it. Each has the end of the window as
 * its time, since only then it is known.
 * @throws InvalidLineError, CorruptBackupError
 */
export async function readIncrement(
  source: BackupSource,
  { note }: ChainedExport,
  schema: TableSchema,
  abortSignal: AbortSignal | undefined,
  take: (change: Change) => Promise<void> | undefined,
): Promise<void> {
  const time = Date.parse(note.export.to) / 1000;
  for await (const lines of source.lines({ schema })) {
    abortSignal?.throwIfAborted();
    for (const line of lines) await take(changeOf(source, line, schema, time));
  }
}

function changeOf(source: BackupSource, { number, bytes }: Line, { key }: TableSchema, time: number): Change {
  const text = bytes.toString('utf8');
  const parsed = parseLine(text, key);
  if (parsed instanceof LineProblem) throw new InvalidLineError(source.placeOf(number), parsed.problem);
  if (parsed.format !== 'change') throw new InvalidLineError(source.placeOf(number), 'it is not a change');
  const { Keys, OldImage, Metadata } = JSON.parse(text) as ExportedChange;
  const change = { sequenceNumber: Metadata.WriteTimestampMicros?.N ?? '', time, key: Keys as Change['key'] };
  if (parsed.isDeletion) return { ...change, event: 'REMOVE' };
  return { ...change, event: OldImage === undefined ? 'INSERT' : 'MODIFY', item: parsed.item as Change['item'] };
}

interface ExportedChange {
  readonly Metadata: { readonly WriteTimestampMicros?: { readonly N?: string } };
  readonly Keys: TypedItem;
  readonly OldImage?: unknown;
}
