import { type KeyRule, keyRules, problemOfKeys } from '../../items/item-key.ts';
import { isWithinLimits, problemOfLimits } from '../../items/item-limits.ts';
import type { ItemView } from '../../items/text/item-view.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { KeySchema, TableSchema } from '../../tables/schema.ts';
import { HoldsChangesError, InvalidLineError } from '../errors.ts';
import { type LineFormat, type ParsedLine, parseLine } from '../format/line-format.ts';
import { describePlace } from '../format/line-place.ts';
import { LineProblem } from '../format/line-problem.ts';
import { isDelimited } from '../format/pipeline-item.ts';
import { problemOfRepeatedNames } from '../format/repeated-names.ts';
import type { BackupRead, BackupSource } from './backup-source.ts';

/** An item of a backup. */
export interface BackupItem extends ParsedLine {
  /** The line's number among all lines of the backup, counted from 1. */
  readonly line: number;
  /** The length of the line in bytes. */
  readonly length: number;
  /** The line as it is read: a view, which is valid until the item was taken. */
  readonly bytes: Buffer;
}

/** A line whose item DynamoDB would not take, or that has none. */
export interface RefusedLine {
  /** The line's number among all lines of the backup, counted from 1. */
  readonly line: number;
  /** Why, in words. */
  readonly problem: string;
  /** The item, as far as it can be read; its key may be what is wrong. */
  readonly item?: TypedItem | undefined;
}

/** What a reading of a whole backup has shown: items counted, and the proof of the bytes as stored. */
export interface ReadBackup extends BackupRead {
  /** Lines that hold an item, with those that were refused. */
  readonly items: number;
  /** How they hold it, each once, in the order in which they came. */
  readonly formats: readonly LineFormat[];
  /** How many of them delete an item; present of changes only. */
  readonly deletions?: number | undefined;
}

export interface ReadItemsOptions {
  readonly abortSignal?: AbortSignal | undefined;
  /** Whether lines have to be changes, or must not be; both will do unless given, but not in one backup. */
  readonly changes?: boolean | undefined;
  /** Gets each line that is no item, or does not fit; without it the first is an error. */
  readonly takeRefused?: ((refused: RefusedLine) => Promise<void> | undefined) | undefined;
}

/** The table that items are for. */
export interface TableOfItems {
  readonly schema: TableSchema;
  /** Whether items have to meet what its indexes demand of their keys; a table may hold some from before it had an index. */
  readonly checksIndexes: boolean;
  /**
   * Shows each item when it is taken. Then the values of most items are not built, unless they are asked for: their text is
   * enough to check them. It has the table's key and, if indexes are checked, the table's rules.
   */
  readonly view?: ItemView | undefined;
}

/**
 * Reads a backup to its end, checks each line against DynamoDB's limits and, where a table is given, that its item
 * fits it; then proves the backup by its manifest. Items that a manifest proves come from
 * DynamoDB, so the limits of a whole item are not checked.
 * @param takeItem gets each item in the order of the backup
 * @throws InvalidLineError for the first line that is no item, or does not fit, with its number
 * @throws HoldsChangesError if it holds changes and must not
 * @throws CorruptBackupError if the backup is not what its manifest says
 */
export async function readItems(
  reader: BackupSource,
  of: TableOfItems | undefined,
  takeItem: (item: BackupItem) => Promise<void> | undefined,
  { abortSignal, changes, takeRefused }: ReadItemsOptions = {},
): Promise<ReadBackup> {
  const { schema, checksIndexes = false, view } = of ?? {};
  const table =
    schema === undefined
      ? undefined
      : {
          key: schema.key,
          rules: keyRules(checksIndexes ? schema : { key: schema.key, globalIndexes: [], localIndexes: [] }),
        };
  const lines = reader.lines({ schema });
  const formats = new Set<LineFormat>();
  const kinds = new ChangesOrItems(reader, changes);
  let items = 0;
  let deletions = 0;
  for (;;) {
    abortSignal?.throwIfAborted();
    const run = await lines.next();
    if (run.done) {
      reader.prove(run.value, items);
      return { items, formats: [...formats], deletions: formats.has('change') ? deletions : undefined, ...run.value };
    }
    for (const { number, bytes } of run.value) {
      items += 1;
      if (
        view?.read(bytes) &&
        (!checksIndexes || view.problem === undefined) &&
        (reader.provable || isWithinLimits(bytes))
      ) {
        kinds.check(number, false);
        formats.add('typed');
        const taken = takeItem(new UnparsedItem(number, bytes));
        if (taken !== undefined) await taken;
        continue;
      }
      const parsed = checkedItem(bytes.toString('utf8'), table, reader.provable);
      if (!(parsed instanceof LineProblem)) {
        kinds.check(number, parsed.format === 'change');
        formats.add(parsed.format);
        if (parsed.isDeletion) deletions += 1;
        view?.take(parsed.item);
        const taken = takeItem({ ...parsed, line: number, length: bytes.length, bytes });
        if (taken !== undefined) await taken;
      } else if (takeRefused !== undefined) {
        const taken = takeRefused({ line: number, problem: parsed.problem, item: parsed.item });
        if (taken !== undefined) await taken;
      } else {
        throw new InvalidLineError(reader.placeOf(number), parsed.problem, ['Nothing was written.']);
      }
    }
  }
}

/** A line that was checked by its text. */
class UnparsedItem implements BackupItem {
  readonly format = 'typed';
  readonly line: number;
  readonly length: number;
  readonly bytes: Buffer;

  constructor(line: number, bytes: Buffer) {
    this.line = line;
    this.length = bytes.length;
    this.bytes = bytes;
  }

  get item(): TypedItem {
    return JSON.parse(this.bytes.toString('utf8')) as TypedItem;
  }
}

/** Makes sure that all lines of a backup are changes, or none. */
class ChangesOrItems {
  readonly #reader: BackupSource;
  #areChanges: boolean | undefined;

  constructor(reader: BackupSource, wanted: boolean | undefined) {
    this.#reader = reader;
    this.#areChanges = wanted;
  }

  check(line: number, isChange: boolean): void {
    this.#areChanges ??= isChange;
    if (isChange === this.#areChanges) return;
    if (isChange) {
      throw new HoldsChangesError(
        `${describePlace(this.#reader.placeOf(line))}: a change of an incremental export, where items of a whole table are wanted.`,
        ['Nothing was written.'],
      );
    }
    throw new InvalidLineError(
      this.#reader.placeOf(line),
      'an item, where changes of an incremental export are wanted',
      ['Nothing was written.'],
    );
  }
}

function checkedItem(
  text: string,
  table: { readonly key: KeySchema; readonly rules: readonly KeyRule[] } | undefined,
  provable: boolean,
): ParsedLine | LineProblem {
  const parsed = parseLine(text, table?.key);
  if (parsed instanceof LineProblem) return parsed;
  const { item } = parsed;
  const problem =
    (table === undefined ? undefined : problemOfKeys(item, table.rules)) ??
    (provable ? undefined : problemOfForeign(item, text));
  return problem === undefined ? parsed : new LineProblem(problem, item);
}

/** What DynamoDB would refuse, or read otherwise, of an item that does not come from it. */
function problemOfForeign(item: TypedItem, text: string): string | undefined {
  const problem = problemOfLimits(item, text);
  // Most lines are as JSON.stringify writes them, and then have each name once.
  if (problem !== undefined || isDelimited(text) || JSON.stringify(item) === text) return problem;
  return problemOfRepeatedNames(text);
}
