import { createHash } from 'node:crypto';
import { canonicalKey, keyOf } from '../../items/item-key.ts';
import type { TypedItem } from '../../items/typed-item.ts';
import { openStorageOf, type StorageOptions } from '../../storage/open-storage.ts';
import type { KeySchema } from '../../tables/schema.ts';
import { InvalidLineError } from '../errors.ts';
import { LineProblem } from '../format/line-problem.ts';
import { readLines } from '../format/lines.ts';
import { readText } from '../layout/packing.ts';
import { keyOfJson, problemOfKey } from './parse-key.ts';
import type { KeysFile } from './selection.ts';

/** A key of a file, with the number of its line, counted from 1. */
export interface KeyLine {
  readonly line: number;
  readonly key: TypedItem;
}

const ADVICE = ['Nothing was written.', 'Each line has to be a key as JSON, such as {"granuleId":"G1"}.'];

/** The smallest line that holds a key is about so long, in bytes: a guess of how many there are. */
const SHORT_LINE = 50;

/**
 * Reads a file of keys.
 * @param takeKey gets each key in the order of the file; calls do not overlap
 * @param begin gets about how many keys there will be at most, before the first
 * @returns a digest of all keys in their order
 * @throws InvalidLineError for a line without a key of the table; FileError, StorageError, CorruptBackupError
 */
export async function readKeys(
  { file: location, fileName }: KeysFile,
  key: KeySchema,
  {
    begin,
    takeKey,
    ...options
  }: StorageOptions & {
    readonly begin: (expectedKeys: number) => Promise<void>;
    readonly takeKey: (found: KeyLine) => Promise<void> | undefined;
  },
): Promise<string> {
  const { storage, name } = await openStorageOf(location, options);
  const file = await storage.open(name, fileName);
  const digest = createHash('sha256');
  try {
    await begin(Math.ceil(file.status.size / SHORT_LINE));
    const text = readText(file, {
      keep: false,
      measure: () => options.abortSignal?.throwIfAborted(),
      advice: [],
    });
    for await (const run of readLines(text, file.name)) {
      for (const { number, bytes } of run) {
        const found = keyOfLine(bytes.toString('utf8'), key);
        if (found instanceof LineProblem) {
          throw new InvalidLineError({ file: file.name, line: number }, found.problem, ADVICE);
        }
        digest.update(`${canonicalKey(found, key)}\n`);
        const taken = takeKey({ line: number, key: found });
        if (taken !== undefined) await taken;
      }
    }
    return digest.digest('hex');
  } finally {
    await file.close();
  }
}

function keyOfLine(text: string, key: KeySchema): TypedItem | LineProblem {
  // Tools of Windows begin a file with a byte-order mark.
  const found = keyOfJson(text.replace(/^\ufeff/, ''), key);
  if (found instanceof LineProblem) return found;
  const problem = problemOfKey(found, key);
  return problem === undefined ? keyOf(found, key) : new LineProblem(problem);
}
