// What the thread does that `note-thread.ts` starts. What it throws ends it.
import { parentPort, workerData } from 'node:worker_threads';
import type { Carried } from './note-thread.ts';
import { type NoteOptions, PageNotes } from './page-notes.ts';

const pageNotes = new PageNotes(workerData as NoteOptions);
const memories: Buffer[] = [];
/** Memory of the thread's own, since not all that is done with a page takes shared memory. */
let page = Buffer.alloc(0);

parentPort?.on('message', ({ carrier, side, length, memory: given }: Carried) => {
  if (given !== undefined) memories[carrier] = Buffer.from(given);
  const memory = memories[carrier] as Buffer;
  if (page.length < length) page = Buffer.allocUnsafeSlow(memory.length);
  memory.copy(page, 0, 0, length);
  const notes = pageNotes.noteAll(side, page.subarray(0, length));
  // They take a tenth of the page most often.
  const larger = notes.length > memory.length ? new SharedArrayBuffer(notes.length) : undefined;
  if (larger !== undefined) memories[carrier] = Buffer.from(larger);
  memories[carrier]?.set(notes);
  const carried: Carried = { carrier, side, length: notes.length, memory: larger };
  parentPort?.postMessage(carried);
});
