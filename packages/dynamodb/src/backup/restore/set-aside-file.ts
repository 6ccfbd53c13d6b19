import { type FileHandle, open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explainFileError } from '../../storage/disk/errors.ts';
import { openOwnToChange } from '../../storage/disk/read-file.ts';
import { PRIVATE_FILE } from '../../storage/disk/temporary-file.ts';
import { FileError, ResumeMismatchError } from '../../storage/errors.ts';

/** How far a file of lines that were set aside has come. */
export interface SetAsideState {
  /** Its absolute path. */
  readonly file: string;
  readonly bytes: number;
  readonly lines: number;
}

/**
 * The lines of a restore that DynamoDB does not take, as they stand in the backup, so that they can be mended and restored.
 * The file is private, made by the restore, and never one that was there. A continued restore cuts off what its checkpoint does not
 * know of, so that no line is there twice.
 */
export class SetAsideFile {
  readonly #file: FileHandle;
  #state: SetAsideState;

  private constructor(file: FileHandle, state: SetAsideState) {
    this.#file = file;
    this.#state = state;
  }

  /** @throws FileError if something has the name already */
  static async create(path: string): Promise<SetAsideFile> {
    try {
      return new SetAsideFile(await open(path, 'wx', PRIVATE_FILE), { file: resolve(path), bytes: 0, lines: 0 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw explainFileError(error, path);
      throw new FileError(`${path} exists already.`, ['Nothing was written.', 'Name a new file for the lines.'], error);
    }
  }

  /**
   * Goes on with the file of an interrupted run.
   * @throws FileError, ResumeMismatchError if it is not what that run left
   */
  static async continue(state: SetAsideState): Promise<SetAsideFile> {
    const { file: path, bytes } = state;
    try {
      const file = await openOwnToChange(path);
      if (await cutOff(file, bytes)) return new SetAsideFile(file, state);
    } catch (error) {
      // A run that stopped with nothing set aside has removed it.
      if (bytes === 0 && (error as NodeJS.ErrnoException).code === 'ENOENT') return SetAsideFile.create(path);
      throw explainFileError(error, path);
    }
    throw new ResumeMismatchError(`${path} is shorter than the interrupted restore left it.`, [
      'Nothing was written.',
      'Restore again from the beginning, into an empty table or over its items.',
    ]);
  }

  get state(): SetAsideState {
    return this.#state;
  }

  /** Adds lines, and returns once they would outlast a loss of power. What failed halfway is written again by the next call. */
  async append(lines: readonly Buffer[]): Promise<void> {
    if (lines.length === 0) return;
    const { file, bytes, lines: before } = this.#state;
    const added = Buffer.concat(lines.flatMap((line) => [line, LINE_BREAK]));
    try {
      for (let written = 0; written < added.length; ) {
        const { bytesWritten } = await this.#file.write(added, written, added.length - written, bytes + written);
        written += bytesWritten;
      }
      await this.#file.sync();
    } catch (error) {
      throw explainFileError(error, file);
    }
    this.#state = { file, bytes: bytes + added.length, lines: before + lines.length };
  }

  /** Closes the file; one without a line is removed. */
  async close(): Promise<void> {
    await this.#file.close();
    if (this.#state.lines === 0) await rm(this.#state.file, { force: true });
  }
}

/** Cuts a file off after so many bytes; one that has fewer, or fails, is closed. @returns whether it had them */
async function cutOff(file: FileHandle, bytes: number): Promise<boolean> {
  let isCut = false;
  try {
    if ((await file.stat()).size >= bytes) {
      await file.truncate(bytes);
      isCut = true;
    }
    return isCut;
  } finally {
    if (!isCut) await file.close();
  }
}

const LINE_BREAK = Buffer.from('\n');
