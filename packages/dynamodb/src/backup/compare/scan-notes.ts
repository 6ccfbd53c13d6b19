import { availableParallelism } from 'node:os';
import { SerialQueue } from '../../aws/serial-queue.ts';
import { type ScanPagesOptions, scanPages } from '../../items/scan/scan-items.ts';
import type { TableDescription } from '../../tables/describe.ts';
import type { Side } from './item-note.ts';
import { NoteThread } from './note-thread.ts';
import { type NoteOptions, PageNotes } from './page-notes.ts';

/** With fewer processors there is none to spare beside the command's first thread, the server and the system. */
const MIN_PROCESSORS = 4;

/** Bytes of items from which on a second thread saves more than it takes to start. */
const MIN_BYTES = 8_000_000;

export interface ScanNotesOptions extends Omit<ScanPagesOptions, 'table' | 'takePage' | 'phase'> {
  /** The tables, which are scanned one after the other. */
  readonly tables: readonly { readonly table: TableDescription; readonly side: Side }[];
  readonly notes: NoteOptions;
  /** Takes the notes of a page, which are valid until its promise is settled; calls do not overlap. */
  readonly takeNotes: (notes: Uint8Array) => Promise<void>;
  /** Whether a second thread makes the notes; unless given, if there are processors for it, and enough to do. */
  readonly secondThread?: boolean | undefined;
}

/** Scans tables and notes what a comparison has to remember of their items. */
export async function scanNotes({ tables, notes, takeNotes, secondThread, ...scan }: ScanNotesOptions): Promise<void> {
  const pageNotes = new PageNotes(notes);
  const queue = new SerialQueue({ stopOnError: true });
  const mayStart = secondThread ?? availableParallelism() >= MIN_PROCESSORS;
  const minBytes = secondThread === true ? 0 : MIN_BYTES;
  let bytes = tables.reduce((sum, { table }) => sum + table.estimatedBytes, 0);
  let thread: NoteThread | undefined;
  let isDecided = !mayStart;
  const takePage = async (side: Side, page: Buffer): Promise<void> => {
    // DynamoDB's estimate of a new table is 0.
    bytes += page.length;
    if (!isDecided && bytes >= minBytes) {
      isDecided = true;
      thread = NoteThread.start(notes);
    }
    if (await thread?.note(side, page, (noted) => queue.run(() => takeNotes(noted)))) return;
    await queue.run(() => takeNotes(pageNotes.noteAll(side, page)));
  };
  try {
    for (const { table, side } of tables) {
      await scanPages({ ...scan, table, phase: 'comparing', takePage: (page) => takePage(side, page) });
    }
  } finally {
    await thread?.close();
  }
}
