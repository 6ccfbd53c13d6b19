import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { OwnTables } from './own-tables.ts';

/** A folder for each test of a file, and tables under names of its own; all are gone after the test. */
export class Scratch {
  directory = '';
  readonly #tables = new OwnTables();
  #prefixes = 0;

  constructor() {
    beforeEach(() => {
      this.directory = mkdtempSync(join(tmpdir(), 'cumulus-test-'));
    });
    afterEach(async () => {
      rmSync(this.directory, { recursive: true });
      await this.#tables.delete();
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** A deployment's prefix that no other test has. */
  prefix(): string {
    this.#prefixes += 1;
    return `${this.#tables.prefix}x${this.#prefixes}`;
  }

  /** A table's name that no other test has. */
  tableName(name = 'GranulesTable'): string {
    return `${this.prefix()}-${name}`;
  }
}
