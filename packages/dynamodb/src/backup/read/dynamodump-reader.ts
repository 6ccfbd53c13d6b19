import { isObject } from '../../aws/is-object.ts';
import { openStorage, type StorageOptions } from '../../storage/open-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { schemaFrom } from '../../tables/describe.ts';
import { type KnownSettings, namedSettings, OTHER_ACTIONS } from '../../tables/named-settings.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { CorruptBackupError, UnreadableFormatError } from '../errors.ts';
import type { LinePlace } from '../format/line-place.ts';
import type { Line } from '../format/lines.ts';
import type { FileRead } from '../layout/read-file.ts';
import { Checkpoint } from '../store/checkpoint.ts';
import type { BackupRead, BackupSource, LinesOptions } from './backup-source.ts';
import { FileSeries, type SeriesFile } from './file-series.ts';

/** What dynamodump writes of a table: the answer to DescribeTable, and a page of a scan in each file of a folder. */
const SCHEMA = 'schema.json';
const DATA = 'data';
const PAGE = /^\d{4,}\.json$/;

/** Bytes of a page's typical item, to guess how many there are. */
const TYPICAL_ITEM_BYTES = 2_000;

/** Whether a folder is what dynamodump wrote of a table. */
export async function isDynamodump(folder: Storage): Promise<boolean> {
  return (await folder.find(SCHEMA)) !== undefined;
}

/** The folder of a table that dynamodump wrote, read like one long file: its pages in their order. It has no manifest to be proved by. */
export class DynamodumpReader implements BackupSource {
  readonly name: string;
  readonly provable = false;
  readonly items = undefined;
  readonly tableName: string;
  readonly schema: TableSchema;
  readonly settings: KnownSettings;
  readonly expectedItems: number;
  readonly #folder: Storage;
  readonly #series: FileSeries;
  /** Why the dump does not hold all items, as the last reading has shown. */
  #incomplete: string | undefined;

  private constructor(folder: Storage, table: DumpedTable, pages: readonly Page[]) {
    this.name = folder.location;
    this.tableName = table.name;
    this.schema = table.schema;
    this.settings = table.settings;
    this.expectedItems = Math.ceil(pages.reduce((sum, { bytes }) => sum + bytes, 0) / TYPICAL_ITEM_BYTES);
    this.#folder = folder;
    this.#series = new FileSeries(
      pages.map(
        ({ storage, file }, index): SeriesFile => ({
          name: storage.pathOf(file),
          open: () => storage.open(file),
          check: (read) => this.#checkPage(read, storage.pathOf(file), index === pages.length - 1),
        }),
      ),
    );
  }

  /**
   * @throws CorruptBackupError if a page is missing, or the table's description is none; UnreadableFormatError for other files among
   *   the pages
   */
  static async open(folder: Storage, options: StorageOptions): Promise<DynamodumpReader> {
    const table = await readSchema(folder);
    const storage = await openStorage(folder.pathOf(DATA), options);
    return new DynamodumpReader(folder, table, await findPages(storage));
  }

  async *lines(options: LinesOptions = {}): AsyncGenerator<Iterable<Line>, BackupRead> {
    this.#incomplete = undefined;
    const schema = options.schema ?? this.schema;
    const proof = yield* this.#series.lines({ ...options, schema, advice: ADVICE });
    return { ...proof, layout: 'dynamodump', incomplete: this.#incomplete };
  }

  async proveUnread(): Promise<undefined> {
    return undefined;
  }

  prove(): void {}

  placeOf(line: number): LinePlace {
    return this.#series.placeOf(line) ?? { file: this.name, line, unit: 'item' };
  }

  checkpoint<State extends object>(name: string): Checkpoint<State> {
    return new Checkpoint(this.#folder, name);
  }

  async close(): Promise<void> {
    await this.#series.close();
  }

  /** All pages but the last end before their table. */
  #checkPage({ layout, incomplete, isUnfinished = false, leftOut }: FileRead, file: string, isLast: boolean): void {
    if (layout !== 'scan')
      throw new UnreadableFormatError(file, 'no page of a scan, as the others of a dump are', ADVICE);
    if (!isLast && !isUnfinished) {
      throw new CorruptBackupError(`${file} is the last page of its table by what it says, and others follow.`, [
        'Nothing was written.',
        'The folder may hold pages of several dumps: dump the table again into an empty folder.',
      ]);
    }
    this.#incomplete ??= isLast ? incomplete : leftOut;
  }
}

const ADVICE = ['Nothing was written.', 'Take another copy of the dump, or dump the table again.'];

interface Page {
  readonly storage: Storage;
  readonly file: string;
  readonly bytes: number;
}

async function findPages(storage: Storage): Promise<readonly Page[]> {
  const names = (await storage.list(''))?.filter((name) => !name.startsWith('.'));
  if (names === undefined || names.length === 0) {
    throw new CorruptBackupError(
      `${storage.location} has no pages: the dump holds the description of its table only.`,
      ADVICE,
    );
  }
  const other = names.find((name) => !PAGE.test(name));
  if (other !== undefined) {
    throw new UnreadableFormatError(storage.pathOf(other), 'no page of a dump by dynamodump', [
      'Nothing was written.',
      'Move it out of the folder.',
    ]);
  }
  const sorted = [...names].sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  const missing = sorted.findIndex((name, index) => Number.parseInt(name, 10) !== index + 1);
  if (missing >= 0) {
    const page = String(missing + 1).padStart(4, '0');
    throw new CorruptBackupError(`${storage.pathOf(`${page}.json`)} is missing: a page of the dump.`, ADVICE);
  }
  await storage.requireFiles(sorted);
  return Promise.all(sorted.map(async (file) => ({ storage, file, bytes: (await storage.find(file))?.size ?? 0 })));
}

interface DumpedTable {
  readonly name: string;
  readonly schema: TableSchema;
  readonly settings: KnownSettings;
}

async function readSchema(folder: Storage): Promise<DumpedTable> {
  const path = folder.pathOf(SCHEMA);
  const text = (await folder.read(SCHEMA))?.toString('utf8') ?? '';
  try {
    const answer = JSON.parse(text) as { readonly Table: { readonly TableName: string } };
    const { Table: table } = answer;
    if (!isObject(table) || typeof table.TableName !== 'string')
      throw new TypeError('it has no Table with a TableName');
    const unasked = { because: 'failed', message: 'dynamodump does not ask for it' } as const;
    return {
      name: table.TableName,
      schema: schemaFrom(table),
      settings: namedSettings({
        answers: { DescribeTable: { Table: table } },
        unanswered: Object.fromEntries(OTHER_ACTIONS.map((action) => [action, unasked])),
      }),
    };
  } catch (error) {
    throw new CorruptBackupError(`${path} is no description of a table: ${(error as Error).message}.`, ADVICE, error);
  }
}
