import { createHash } from 'node:crypto';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { formatExportNote, type NewExportNote, parseExportNote } from '../format/export-note.ts';
import { exportName } from '../format/names.ts';
import type { ArchivedTable } from '../format/segment.ts';
import { type ChainedExport, type ExportChain, readNote } from '../read/export-chain.ts';

/** What is noted of an export, besides its place in the chain. */
export type ExportToNote = Pick<NewExportNote, 'gap' | 'export' | 'settings'>;

/**
 * Writes the note of an export after the last one of a chain. The name depends on the place alone, and is written only where nothing has it.
 * So of several writers one succeeds.
 * @returns the note that is there: this one, or another writer's
 * @throws ArchiveDamagedError where another writer's note cannot be read
 */
export async function appendExport(
  storage: Storage,
  table: ArchivedTable,
  { head, lastNumber, pruned }: Pick<ExportChain, 'head' | 'lastNumber' | 'pruned'>,
  { gap, export: noted, settings }: ExportToNote,
): Promise<ChainedExport> {
  const place = { table: table.name, tableId: table.id };
  const number = lastNumber + 1;
  const name = exportName(place, number);
  const last = head ?? (pruned?.number === lastNumber ? pruned.last : undefined);
  const previous = last === undefined ? null : { name: last.name, sha256: last.sha256 };
  const text = formatExportNote({ table, number, previous, gap, export: noted, settings });
  const note = parseExportNote(text);
  if (typeof note === 'string') throw new TypeError(`a note that was just made is none: ${note}`);
  if (await storage.writeNew(name, Buffer.from(text))) {
    return { name, note, sha256: createHash('sha256').update(text).digest('hex') };
  }
  const there = await readNote(storage, place, number);
  if (there !== undefined && typeof there !== 'string') return there;
  throw new ArchiveDamagedError(storage.pathOf(name), there ?? 'it is missing');
}
