import { createHash } from 'node:crypto';
import type { StoredFile } from '../../storage/storage.ts';
import type { TableSchema } from '../../tables/schema.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Line } from '../format/lines.ts';
import { type Layout, unitOf } from '../layout/layout.ts';
import { type FileRead, readFile } from '../layout/read-file.ts';
import type { BackupProof, LinesOptions } from './backup-source.ts';

/** One of several files that are read like one long file. */
export interface SeriesFile {
  /** Its path or URL. */
  readonly name: string;
  open(): Promise<StoredFile>;
  /** How items lie in it; recognized unless given. */
  readonly layout?: Layout | undefined;
  /**
   * Called at its end.
   * @param md5 of its bytes as they are stored, in base64
   * @throws CorruptBackupError if it is not what it has to be
   */
  check(read: FileRead, md5: string): void;
}

export interface SeriesOptions extends LinesOptions {
  readonly schema?: TableSchema | undefined;
  /** What to do about a file that is damaged. */
  readonly advice: readonly string[];
}

/** Several files, read like one long file, in their order. */
export class FileSeries {
  readonly #files: readonly SeriesFile[];
  /** For each file that was read, how many lines are in those before it, and how its items lie. */
  readonly #begun: { readonly linesBefore: number; readonly layout: Layout }[] = [];
  /** A caller that stops before the last line leaves one open. */
  readonly #openFiles = new Set<StoredFile>();

  constructor(files: readonly SeriesFile[]) {
    this.#files = files;
  }

  async *lines({ keep = false, schema, advice }: SeriesOptions): AsyncGenerator<Iterable<Line>, BackupProof> {
    const sha256 = createHash('sha256');
    let bytes = 0;
    let linesBefore = 0;
    for (const [index, series] of this.#files.entries()) {
      const file = await series.open();
      this.#openFiles.add(file);
      try {
        const md5 = createHash('md5');
        const measure = (chunk: Buffer): void => {
          md5.update(chunk);
          sha256.update(chunk);
          bytes += chunk.length;
        };
        const options = { keep, measure, advice, layout: series.layout, schema, linesBefore };
        const { layout, runs } = await readFile(file, options);
        this.#begun[index] = { linesBefore, layout };
        const read = yield* runs;
        series.check(read, md5.digest('base64'));
        linesBefore += read.lines;
      } finally {
        this.#openFiles.delete(file);
        await file.close();
      }
    }
    return { bytes, sha256: sha256.digest('hex') };
  }

  /** Where a line is that the last reading came to. */
  placeOf(line: number): LinePlace | undefined {
    const index = this.#begun.findLastIndex(({ linesBefore }) => linesBefore < line);
    const [file, begun] = [this.#files[index], this.#begun[index]];
    if (file === undefined || begun === undefined) return undefined;
    return { file: file.name, line: line - begun.linesBefore, unit: unitOf(begun.layout) };
  }

  async close(): Promise<void> {
    for (const file of this.#openFiles) await file.close();
    this.#openFiles.clear();
  }
}
