import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getRawItems } from '../../items/batch/get-raw-items.ts';
import { CapacityLimiter } from '../../items/capacity-limiter.ts';
import { keyOf } from '../../items/item-key.ts';
import type { ProgressListener } from '../../items/progress.ts';
import { ItemView } from '../../items/text/item-view.ts';
import type { StorageOptions } from '../../storage/open-storage.ts';
import type { TableDescription } from '../../tables/describe.ts';
import { describeSettings } from '../../tables/later-settings.ts';
import { type Comparison, compare, type FileAndTable } from '../compare/compare.ts';
import { ItemPairs } from '../compare/item-pairs.ts';
import { LineSet } from '../compare/line-set.ts';
import { requireKeysOnce } from '../compare/require-keys-once.ts';
import { InvalidLineError } from '../errors.ts';
import type { BackupSource } from '../read/backup-source.ts';
import { type ItemReadAgain, readAgain } from '../read/read-again.ts';
import { type ReadBackup, readItems } from '../read/read-items.ts';
import { ReadingProgress } from '../read/reading-progress.ts';
import { type ChosenLines, LineChooser } from './choose-lines.ts';
import type { Selection } from './selection.ts';

/** What is read of the table at once: the most keys that DynamoDB takes, of items of about so many bytes in the file. */
const MAX_KEYS = 100;
const MAX_BYTES = 2_000_000;

export interface CompareChosenOptions extends StorageOptions {
  readonly client: DynamoDBClient;
  readonly selection: Selection;
  readonly maxReadUnits?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/**
 * Compares chosen items of a backup with those of the same keys in a table, which are read one by one. What else the table has is no
 * difference. The whole file is read, and proved, before the first of them.
 * @throws InvalidLineError for a line that cannot be read, and may be chosen
 */
export async function compareChosen(
  reader: BackupSource,
  table: TableDescription,
  options: CompareChosenOptions,
): Promise<{ readonly read: ReadBackup; readonly comparison: Comparison }> {
  const { read, lines } = await chooseLines(reader, table, options);
  const { superseded, chosen = new LineSet() } = lines;
  const { ttlAttribute } = await describeSettings(options.client, table);
  const items: FileAndTable = await ItemPairs.create(2 * chosen.size);
  try {
    await addChosen(items, reader, { table, ttlAttribute, chosen, sha256: read.sha256 }, options);
    requireKeysOnce(reader, superseded.size);
    return { read, comparison: { ...(await compare(items, reader)), superseded: superseded.size } };
  } finally {
    await items.close();
  }
}

async function chooseLines(
  reader: BackupSource,
  { name, schema }: TableDescription,
  { selection, s3, abortSignal, onProgress }: CompareChosenOptions,
): Promise<{ readonly read: ReadBackup; readonly lines: ChosenLines }> {
  const { expectedItems } = reader;
  const chooser = await LineChooser.create({ key: schema.key, expectedItems, selection, s3, abortSignal });
  const progress = new ReadingProgress(onProgress, { phase: 'checking', table: name, expectedItems: reader.items });
  try {
    const read = await readItems(
      reader,
      { schema, checksIndexes: false },
      ({ item, line, length }) => {
        progress.count(length);
        return chooser.add(item, line);
      },
      { abortSignal, changes: false, takeRefused: (line) => chooser.addRefused(line) },
    );
    const lines = await chooser.choose();
    const [refused] = lines.firstRefused.list;
    if (refused !== undefined) throw new InvalidLineError(reader.placeOf(refused.line), refused.problem);
    return { read, lines };
  } finally {
    await chooser.close();
  }
}

/** What is compared, once it was chosen. */
interface Chosen {
  readonly table: TableDescription;
  readonly ttlAttribute: string | undefined;
  readonly chosen: LineSet;
  /** Of the file, when it was read before. */
  readonly sha256: string;
}

async function addChosen(
  items: FileAndTable,
  reader: BackupSource,
  { table, ttlAttribute, chosen, sha256 }: Chosen,
  { client, maxReadUnits, abortSignal, onProgress }: CompareChosenOptions,
): Promise<void> {
  const { name, schema } = table;
  const limiter = maxReadUnits === undefined ? undefined : new CapacityLimiter(maxReadUnits);
  const progress = new ReadingProgress(onProgress, { phase: 'comparing', table: name, expectedItems: chosen.size });
  const view = new ItemView(schema.key, { ttlAttribute });
  let keys: string[] = [];
  let bytesOfKeys = 0;
  const addOfTable = async (): Promise<void> => {
    const found = await getRawItems({ client, table: name, limiter, abortSignal }, keys, view, (text) => text);
    for (const text of found.values()) await items.addRight(view.readOrParse(text), {});
    keys = [];
    bytesOfKeys = 0;
  };
  const takeItem = async ({ item, line, length }: ItemReadAgain): Promise<void> => {
    progress.count(length);
    view.take(item);
    await items.addLeft(view, { line, expires: view.expiry });
    keys.push(JSON.stringify(keyOf(item, schema.key)));
    bytesOfKeys += length;
    if (keys.length === MAX_KEYS || bytesOfKeys >= MAX_BYTES) await addOfTable();
  };
  await readAgain({ reader, sha256, schema }, chosen, takeItem, abortSignal);
  if (keys.length > 0) await addOfTable();
}
