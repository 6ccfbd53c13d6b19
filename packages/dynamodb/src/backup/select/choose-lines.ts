import { createHash } from 'node:crypto';
import { canonicalKey, describeItemKey } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { KeySchema } from '../../tables/schema.ts';
import { FirstFew } from '../compare/first-few.ts';
import { KeyPartitions } from '../compare/key-partitions.ts';
import { LineSet } from '../compare/line-set.ts';
import type { RefusedLine } from '../read/read-items.ts';
import { matchesAll } from './item-filter.ts';
import { problemOfKey } from './parse-key.ts';
import { type KeyLine, readKeys } from './read-keys.ts';
import type { KeysNotFound, Selection } from './selection.ts';

/** Keys that are named where the backup lacks them; all are counted. */
const NAMED_KEYS = 10;

/** Refused lines that are named, of any number. */
const NAMED_LINES = 10;

export type FirstRefused = FirstFew<Omit<RefusedLine, 'item'>>;

export function firstRefused(): FirstRefused {
  return new FirstFew(NAMED_LINES, (a, b) => a.line - b.line);
}

export interface ChooseLinesOptions extends StorageOptions {
  /** The key of the table that the items are of. */
  readonly key: KeySchema;
  /** About how many items there will be. */
  readonly expectedItems: number;
  /** Which are wanted; all unless given. */
  readonly selection?: Selection | undefined;
}

/** Which lines of a backup count. */
export interface ChosenLines {
  /** Those whose item a later line of the same key replaces. */
  readonly superseded: LineSet;
  /** Those of the others that are wanted; undefined for all. */
  readonly chosen: LineSet | undefined;
  /** Those that are wanted, or may be, and were refused. */
  readonly refused: LineSet;
  /** The first of them. */
  readonly firstRefused: FirstRefused;
  /** Of a file of keys, those that no line has; undefined without one. */
  readonly notFound: KeysNotFound | undefined;
  /** The same for the same selection, and for no other; undefined without one. */
  readonly digest: string | undefined;
}

/** An entry by its key: the number of a line; or a line that was refused, or a key of the file of keys. */
type Note = number | readonly ['refused', number, string] | readonly ['key', number, TypedItem];

/**
 * Finds the lines of a backup that count: of lines with the same key the last, and of these the wanted ones. In bounded memory: keys are
 * in temporary files, and a line takes a bit. Close it when it is no longer needed.
 */
export class LineChooser {
  readonly #key: KeySchema;
  readonly #selection: Selection | undefined;
  readonly #partitions: KeyPartitions;
  readonly #nameOfKeys: string;
  readonly #digest: string | undefined;
  readonly #matching = new LineSet();
  readonly #refused = new LineSet();
  readonly #firstRefused = firstRefused();

  private constructor({ key, selection }: ChooseLinesOptions, partitions: KeyPartitions, digest: string | undefined) {
    this.#key = key;
    this.#selection = selection;
    this.#partitions = partitions;
    this.#digest = digest;
    const keys = selection !== undefined && 'keys' in selection ? selection.keys : undefined;
    this.#nameOfKeys = keys?.fileName ?? keys?.file ?? '';
  }

  /** @throws what reading the file of keys throws */
  static async create(options: ChooseLinesOptions): Promise<LineChooser> {
    const { key, expectedItems, selection, s3, abortSignal } = options;
    if (selection === undefined) return new LineChooser(options, await KeyPartitions.create(expectedItems), undefined);
    if ('where' in selection) {
      const digest = createHash('sha256').update(JSON.stringify(selection.where)).digest('hex');
      return new LineChooser(options, await KeyPartitions.create(expectedItems), digest);
    }
    let partitions: KeyPartitions | undefined;
    try {
      const digest = await readKeys(selection.keys, key, {
        s3,
        abortSignal,
        begin: async (expectedKeys) => {
          partitions = await KeyPartitions.create(expectedItems + expectedKeys);
        },
        takeKey: ({ line, key: wanted }) =>
          partitions?.add({ key: canonicalKey(wanted, key), note: JSON.stringify(['key', line, wanted]) }),
      });
      if (partitions === undefined) throw new TypeError('The keys were not begun.');
      return new LineChooser(options, partitions, digest);
    } catch (error) {
      await partitions?.close();
      throw error;
    }
  }

  /** Takes an item of the backup, in the order of its lines; calls that are waited for must not overlap. */
  add(item: TypedItem, line: number): Promise<void> | undefined {
    if (this.#isMatch(item)) this.#matching.add(line);
    return this.#partitions.add({ key: canonicalKey(item, this.#key), note: String(line) });
  }

  /** Takes a line that was refused. It replaces no other; one whose item is not known counts as wanted. */
  addRefused({ line, problem, item }: RefusedLine): Promise<void> | undefined {
    const selection = this.#selection;
    const isKnown = item !== undefined && problemOfKey(item, this.#key) === undefined;
    if (selection === undefined || !isKnown) {
      this.#refuse(line, problem);
    } else if ('keys' in selection) {
      const note: Note = ['refused', line, problem];
      return this.#partitions.add({ key: canonicalKey(item, this.#key), note: JSON.stringify(note) });
    } else if (this.#isMatch(item)) {
      this.#refuse(line, problem);
    }
    return undefined;
  }

  /** Chooses, once all lines were taken. */
  async choose(): Promise<ChosenLines> {
    const selection = this.#selection;
    const byKeys = selection !== undefined && 'keys' in selection;
    const superseded = new LineSet();
    const chosen = new LineSet();
    const notFound = new FirstFew<KeyLine>(NAMED_KEYS, (a, b) => a.line - b.line);
    let keysNotFound = 0;
    for await (const entries of this.#partitions.partitions()) {
      const ofKey = new Map<string, { line?: number; refused: [number, string][]; wanted?: KeyLine }>();
      for (const { key, note: text } of entries) {
        const note = JSON.parse(text) as Note;
        let found = ofKey.get(key);
        if (found === undefined) {
          found = { refused: [] };
          ofKey.set(key, found);
        }
        if (typeof note === 'number') {
          if (found.line !== undefined) superseded.add(found.line);
          found.line = note;
        } else if (note[0] === 'refused') {
          found.refused.push([note[1], note[2]]);
        } else {
          found.wanted ??= { line: note[1], key: note[2] };
        }
      }
      for (const { line, refused, wanted } of ofKey.values()) {
        const isWanted = byKeys ? wanted !== undefined : line !== undefined && this.#matching.has(line);
        if (isWanted && line !== undefined) chosen.add(line);
        if (!byKeys || wanted === undefined) continue;
        for (const [refusedLine, problem] of refused) this.#refuse(refusedLine, problem);
        if (line !== undefined || refused.length > 0) continue;
        keysNotFound += 1;
        notFound.add(wanted);
      }
    }
    const file = this.#nameOfKeys;
    const first = notFound.list.map(({ line, key }) => ({ key: describeItemKey(key), file, line }));
    return {
      superseded,
      chosen: selection === undefined ? undefined : chosen,
      refused: this.#refused,
      firstRefused: this.#firstRefused,
      notFound: byKeys ? { keys: keysNotFound, first } : undefined,
      digest: this.#digest,
    };
  }

  async close(): Promise<void> {
    await this.#partitions.close();
  }

  #refuse(line: number, problem: string): void {
    this.#refused.add(line);
    this.#firstRefused.add({ line, problem });
  }

  #isMatch(item: TypedItem): boolean {
    const selection = this.#selection;
    return selection !== undefined && 'where' in selection && matchesAll(item, selection.where);
  }
}
