import { randomUUID } from 'node:crypto';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import {
  entryKey,
  formatPayloadNote,
  type PayloadEntry,
  type PayloadNote,
  type PayloadNoteHeader,
  type PayloadSource,
  type PayloadTotal,
  parsePayloadNote,
  parsePayloadNoteName,
  payloadNoteName,
  payloadNotesOf,
} from '../format/payload-note.ts';
import type { ArchivedTable } from '../format/segment.ts';

const NOTHING: PayloadTotal = { pointers: 0, copied: 0, bytes: 0, gone: 0, elsewhere: 0, failed: 0 };

/** What the next note of a source holds. */
export interface NextPayloadNote {
  /** How many pointers were looked at for the first time. */
  readonly pointers: number;
  /** Of a shard: the segment up to which they were. */
  readonly through: number | null;
  readonly entries: readonly PayloadEntry[];
  /** How many entries that had failed these replace. */
  readonly solved: number;
}

/** An object that could not be copied. */
export interface FailedPayload {
  readonly entry: PayloadEntry;
  /** How many entries there are of it. */
  readonly count: number;
}

/** The payload notes of one source, one after the other. Each is written once, and has the hash of the one before it. */
export class PayloadLog {
  readonly #storage: Storage;
  readonly source: PayloadSource;
  readonly #writer = randomUUID();
  #head: PayloadNote | undefined;

  private constructor(storage: Storage, source: PayloadSource) {
    this.#storage = storage;
    this.source = source;
  }

  /** @param names all names of files of the archive that begin with the table's name, if they are known */
  static async open(storage: Storage, source: PayloadSource, names?: readonly string[]): Promise<PayloadLog> {
    const log = new PayloadLog(storage, source);
    const prefix = payloadNotesOf(source);
    const last = (names ?? (await storage.list(prefix)) ?? [])
      .flatMap((name) => parsePayloadNoteName(name) ?? [])
      .reduce((greatest, said) => (said.source === prefix ? Math.max(greatest, said.number) : greatest), 0);
    if (last > 0) log.#head = await readPayloadNote(storage, payloadNoteName(prefix, last));
    return log;
  }

  get total(): PayloadTotal {
    return this.#head?.header.total ?? NOTHING;
  }

  /** Of a shard: the segment up to which pointers were looked at. */
  get through(): number {
    return this.#head?.header.through ?? 0;
  }

  /**
   * Writes the next note.
   * @returns whether it is written; false where another writer was first, whose note is the last one now
   */
  async append(table: ArchivedTable, { through, entries, ...counts }: NextPayloadNote): Promise<boolean> {
    const head = this.#head;
    const number = (head?.header.note ?? 0) + 1;
    const name = payloadNoteName(payloadNotesOf(this.source), number);
    const { bytes } = await formatPayloadNote(
      {
        writer: this.#writer,
        table,
        of: ofSource(this.source),
        note: number,
        previous: head === undefined ? null : { name: head.name, sha256: head.sha256 },
        through,
        total: totalWith(this.total, counts, entries),
      },
      entries,
    );
    await this.#storage.writeNew(name, bytes);
    this.#head = await readPayloadNote(this.#storage, name);
    return this.#head.header.writer === this.#writer;
  }

  /** All notes in their order, each proved by the one after it. @throws ArchiveDamagedError */
  async *notes(): AsyncGenerator<PayloadNote, void> {
    let before: PayloadNote | undefined;
    for (let number = 1; number <= (this.#head?.header.note ?? 0); number += 1) {
      const note = await readPayloadNote(this.#storage, payloadNoteName(payloadNotesOf(this.source), number));
      const { header } = note;
      if (header.note !== number || header.previous?.sha256 !== before?.sha256) {
        throw new ArchiveDamagedError(this.#storage.pathOf(note.name), 'it does not follow the note before it');
      }
      before = note;
      yield note;
    }
  }

  /** What was tried, and has not been copied since. */
  async failed(): Promise<readonly FailedPayload[]> {
    const open = new Map<string, FailedPayload>();
    for await (const { entries } of this.notes()) {
      for (const entry of entries) {
        const key = entryKey(entry);
        if (entry.problem?.kind === 'failed') open.set(key, { entry, count: (open.get(key)?.count ?? 0) + 1 });
        else open.delete(key);
      }
    }
    return [...open.values()];
  }
}

/** @throws ArchiveDamagedError if it is missing, or is no payload note */
export async function readPayloadNote(storage: Storage, name: string): Promise<PayloadNote> {
  const stored = await storage.read(name);
  const note = stored === undefined ? 'it is missing' : await parsePayloadNote(name, stored);
  if (typeof note === 'string') throw new ArchiveDamagedError(storage.pathOf(name), note);
  return note;
}

function ofSource(source: PayloadSource): PayloadNoteHeader['of'] {
  return 'base' in source ? { base: source.base } : { stream: source.label, shard: source.shard };
}

function totalWith(
  before: PayloadTotal,
  { pointers, solved }: Pick<NextPayloadNote, 'pointers' | 'solved'>,
  entries: readonly PayloadEntry[],
): PayloadTotal {
  const of = (kind: string): number => entries.filter(({ problem }) => problem?.kind === kind).length;
  const copies = entries.flatMap(({ copy }) => copy ?? []);
  return {
    pointers: before.pointers + pointers,
    copied: before.copied + copies.length,
    bytes: before.bytes + copies.reduce((sum, { bytes }) => sum + bytes, 0),
    gone: before.gone + of('gone'),
    elsewhere: before.elsewhere + of('elsewhere'),
    failed: before.failed + of('failed') - solved,
  };
}
