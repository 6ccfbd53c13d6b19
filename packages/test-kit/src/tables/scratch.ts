import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { OwnTables } from './own-tables.ts';

/** What a folder and tables are for: each test has new ones, or all tests of a block have the same. */
export type ScratchUse = 'each test' | 'all tests';

/** A folder for each test of a file, and tables under names of its own; all are gone after the test, or after all of them. */
export class Scratch {
  directory = '';
  readonly #use: ScratchUse;
  readonly #tables = new OwnTables();
  #prefixes = 0;

  constructor(use: ScratchUse = 'each test') {
    this.#use = use;
    const before = use === 'each test' ? beforeEach : beforeAll;
    before(() => {
      this.directory = mkdtempSync(join(tmpdir(), 'cumulus-test-'));
    });
    this.after(async () => {
      rmSync(this.directory, { recursive: true });
      await this.#tables.delete();
    });
  }

  /** Does something once the test is over, or all of them are. */
  protected after(end: () => void | Promise<void>): void {
    const hook = this.#use === 'each test' ? afterEach : afterAll;
    hook(end);
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
