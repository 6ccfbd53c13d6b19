import { forEachAtOnce } from '../../aws/workers.ts';
import type { Storage } from '../../storage/storage.ts';
import { ArchiveDamagedError } from '../errors.ts';
import { parsePayloadNoteName, payloadNoteName } from '../format/payload-note.ts';
import type { ProvedFile } from '../format/segment.ts';
import { readPayloadNote } from './payload-log.ts';
import type { PayloadStore } from './payload-store.ts';

/** Copies that are read at once. */
const AT_ONCE = 8;

/** Takes what is wrong with a file: its path or URL, and the problem in words. */
export type TakeProblem = (file: string, problem: string) => void;

/** Proves the payload notes of tables, and each copy that they name, once. */
export class PayloadCheck {
  readonly #storage: Storage;
  readonly #store: PayloadStore;
  /** What is wrong with copies that were read, by their SHA-256; nothing with those that are whole. */
  readonly #read = new Map<string, string | undefined>();

  constructor(storage: Storage, store: PayloadStore) {
    this.#storage = storage;
    this.#store = store;
  }

  /** @param names all names of files of the archive that begin with the table's name */
  async checkTable(
    table: string,
    names: readonly string[],
    abortSignal: AbortSignal | undefined,
    take: TakeProblem,
  ): Promise<void> {
    const sources = new Map<string, number>();
    for (const name of names) {
      const said = parsePayloadNoteName(name);
      if (said?.table !== table) continue;
      sources.set(said.source, Math.max(said.number, sources.get(said.source) ?? 0));
    }
    // Many point to one copy.
    const reported = new Set<string>();
    const takeOnce: TakeProblem = (file, problem) => {
      if (!reported.has(file)) take(file, problem);
      reported.add(file);
    };
    for (const [source, last] of sources) await this.#checkNotes(table, { source, last }, abortSignal, takeOnce);
  }

  async #checkNotes(
    table: string,
    { source, last }: { readonly source: string; readonly last: number },
    abortSignal: AbortSignal | undefined,
    take: TakeProblem,
  ): Promise<void> {
    let before: ProvedFile | undefined;
    for (let number = 1; number <= last; number += 1) {
      const name = payloadNoteName(source, number);
      const path = this.#storage.pathOf(name);
      try {
        const note = await readPayloadNote(this.#storage, name);
        const { header } = note;
        const follows = number === 1 ? header.previous === null : header.previous?.sha256 === before?.sha256;
        if (header.note !== number || header.table.name !== table)
          take(path, 'it belongs to another place of the archive');
        else if (!follows && (number === 1 || before !== undefined))
          take(path, 'it does not follow the note before it');
        before = note;
        const copies = note.entries.flatMap(({ copy }) => copy?.sha256 ?? []);
        await this.#checkCopies(new Set(copies), abortSignal, take);
      } catch (error) {
        if (!(error instanceof ArchiveDamagedError)) throw error;
        take(error.file, error.problem);
        before = undefined;
      }
    }
  }

  async #checkCopies(
    named: ReadonlySet<string>,
    abortSignal: AbortSignal | undefined,
    take: TakeProblem,
  ): Promise<void> {
    await forEachAtOnce([...named], AT_ONCE, abortSignal, async (sha256) => {
      if (!this.#read.has(sha256)) this.#read.set(sha256, await this.#problemOf(sha256));
    });
    for (const sha256 of named) {
      const problem = this.#read.get(sha256);
      if (problem !== undefined) take(this.#store.pathOf(sha256), problem);
    }
  }

  async #problemOf(sha256: string): Promise<string | undefined> {
    try {
      const { isWhole } = await this.#store.prove(sha256);
      return isWhole ? undefined : 'its content is not what its name says';
    } catch (error) {
      if (error instanceof ArchiveDamagedError) return 'it is missing';
      throw error;
    }
  }
}
