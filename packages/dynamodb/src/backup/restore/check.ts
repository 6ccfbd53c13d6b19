import { keyRules } from '../../items/item-key.ts';
import type { TableSchema } from '../../tables/schema.ts';
import { LineSet } from '../compare/line-set.ts';
import { CorruptBackupError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { type ReadBackup, readItems } from '../read/read-items.ts';
import { ReadingProgress } from '../read/reading-progress.ts';
import { type ChosenLines, firstRefused, LineChooser } from '../select/choose-lines.ts';
import type { RestoreOptions } from './options.ts';

/** What a reading of the whole file has shown. */
export interface CheckedFile extends ReadBackup, ChosenLines {
  /** How many lines are to be written or set aside. */
  readonly wanted: number;
  /** Whether all lines are typed, and so can be sent as they are. */
  readonly allTyped: boolean;
}

/**
 * Checks the file before anything is written. If it is, to the byte, what `backup` wrote from a table with the target's
 * key and indexed attributes, then each line is an item that the target takes, and no key is there twice, since
 * DynamoDB had it so. Any other file is checked line by line, and any file of which a part is wanted.
 */
export async function checkFile(
  options: RestoreOptions,
  reader: BackupSource,
  schema: TableSchema,
): Promise<CheckedFile> {
  const { schema: sourceSchema, items } = reader;
  if (
    !options.changes &&
    options.selection === undefined &&
    sourceSchema !== undefined &&
    items !== undefined &&
    coversKeyRules(sourceSchema, schema)
  ) {
    const proof = await reader.proveUnread(options.abortSignal);
    if (proof !== undefined)
      return {
        items,
        ...proof,
        layout: 'lines',
        formats: ['typed'],
        superseded: new LineSet(),
        chosen: undefined,
        refused: new LineSet(),
        firstRefused: firstRefused(),
        notFound: undefined,
        digest: undefined,
        wanted: items,
        allTyped: true,
      };
  }
  return checkLines(options, reader, schema);
}

/** Whether what a table of the source's schema took meets all that the target demands of keys, its indexes' included. */
function coversKeyRules(source: TableSchema, target: TableSchema): boolean {
  const rulesOfSource = new Map(keyRules(source).map((rule) => [rule.name, rule]));
  return keyRules(target).every(({ name, type, maxBytes }) => {
    const rule = rulesOfSource.get(name);
    return rule?.type === type && rule.maxBytes <= maxBytes;
  });
}

async function checkLines(options: RestoreOptions, reader: BackupSource, schema: TableSchema): Promise<CheckedFile> {
  const { abortSignal, onProgress, table } = options;
  const { selection, s3 } = options;
  const { expectedItems } = reader;
  const chooser = await LineChooser.create({ key: schema.key, expectedItems, selection, s3, abortSignal });
  const progress = new ReadingProgress(onProgress, { phase: 'checking', table, expectedItems: reader.items });
  try {
    const read = await readItems(
      reader,
      { schema, checksIndexes: true },
      ({ item, line, length }) => {
        progress.count(length);
        return chooser.add(item, line);
      },
      {
        abortSignal,
        changes: options.changes ?? false,
        takeRefused: options.setAside === undefined ? undefined : (line) => chooser.addRefused(line),
      },
    );
    const lines = await chooser.choose();
    const { superseded, chosen, refused } = lines;
    if (options.changes && superseded.size > 0) {
      throw new CorruptBackupError(
        `${reader.name} has ${superseded.size} ${superseded.size === 1 ? 'change' : 'changes'} whose key comes again, and an incremental export has each key once.`,
        ['Nothing was written.', 'Apply one export after the other, in the order of their times.'],
      );
    }
    return {
      ...read,
      ...lines,
      wanted: chosen === undefined ? read.items - superseded.size : chosen.size + refused.size,
      allTyped: read.formats.every((format) => format === 'typed'),
    };
  } finally {
    await chooser.close();
  }
}
