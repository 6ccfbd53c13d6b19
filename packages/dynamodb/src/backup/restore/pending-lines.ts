import type { SetAsideFile } from './set-aside-file.ts';

/** Lines that are done with and not yet in the file for those that are set aside. */
export class PendingLines {
  #lines: Buffer[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(lines: readonly Buffer[]): void {
    for (const line of lines) {
      this.#lines.push(line);
      this.#bytes += line.length;
    }
  }

  /** Moves to the file what is pending as this is called; what comes meanwhile stays. Calls must not overlap. */
  async moveTo(file: SetAsideFile | undefined): Promise<void> {
    const lines = [...this.#lines];
    await file?.append(lines);
    this.#lines = this.#lines.slice(lines.length);
    this.#bytes -= lines.reduce((sum, { length }) => sum + length, 0);
  }
}
