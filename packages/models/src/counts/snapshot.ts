import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SerialQueue } from '@cumulus/dynamodb/aws';
import { KeyPartitions } from '@cumulus/dynamodb/backup';
import { defaultSegments, scanSegments } from '@cumulus/dynamodb/items';
import { isAfter, readStream, type Shard, type StreamPosition, type TableStream } from '@cumulus/dynamodb/streams';
import type { TableDescription } from '@cumulus/dynamodb/tables';
import { changeOf, type StreamRecord } from './change.ts';
import { COUNTED_TYPES, type CountedType } from './counted-types.ts';
import { RecountTooSlowError } from './errors.ts';
import { MAX_ABSENCE } from './follow-counts.ts';
import { type Contribution, contributionOf, DECIDING_ATTRIBUTES, Tally, type TypedImage } from './tally.ts';

/** Requests for records that find none, before a shard is taken to have been read up to now. */
const EMPTY_ANSWERS = 3;

export interface SnapshotOptions {
  readonly client: DynamoDBClient;
  readonly streamsClient: DynamoDBStreamsClient;
  readonly recordType: CountedType;
  readonly table: TableDescription;
  readonly stream: TableStream | undefined;
  /** Shards whose changes up to here were made before now, and need not be read. */
  readonly known: ReadonlyMap<string, StreamPosition>;
  /** Within how long a change that was made is in the stream, in milliseconds. */
  readonly settleTime: number;
  readonly pollInterval?: number | undefined;
  readonly onScanned?: ((records: number) => void) | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Counts of a table's records, exact at a position of each shard of its stream.
 *
 * A scan sees each record at some moment of its own. What was written since the scan began is in the stream too, so a
 * record that the stream names counts by its last image there, and any other did not change and counts as it was seen.
 */
export class Snapshot {
  readonly tally = new Tally();
  /** Where each shard stands. */
  readonly positions: Map<string, StreamPosition>;
  readonly #options: SnapshotOptions;
  readonly #begunAt = Date.now();

  private constructor(options: SnapshotOptions) {
    this.#options = options;
    this.positions = new Map(options.known);
  }

  /** Counts by a scan while writers go on. Memory is bounded; what each record counts for is in temporary files. */
  static async take(options: SnapshotOptions): Promise<Snapshot> {
    const snapshot = new Snapshot(options);
    const partitions = await KeyPartitions.create(options.table.estimatedItems);
    try {
      await snapshot.#scan(partitions);
      if (options.stream !== undefined) await snapshot.#overlay(partitions, options.stream);
      for await (const entries of partitions.partitions()) {
        addNotes(snapshot.tally, new Map(entries.map(({ key, note }) => [key, note])).values());
      }
    } finally {
      await partitions.close();
    }
    return snapshot;
  }

  /**
   * Counts the changes since, as far as the feeders are: every shard that is closed to its end, every other up to its
   * place in `goals`, if it has one.
   * @returns what they changed
   */
  async catchUp(goals: ReadonlyMap<string, StreamPosition>): Promise<Tally> {
    const changed = new Tally();
    const { stream, recordType } = this.#options;
    if (stream === undefined) return changed;
    await this.#read(stream, (records, position, shard) => {
      for (const record of records) {
        const { before, after } = changeOf(recordType, record);
        if (before !== undefined) changed.add(before, -1);
        if (after !== undefined) changed.add(after, 1);
      }
      const goal = goals.get(shard.id);
      const reached = goal === undefined || goal === 'start' || (goal !== 'end' && !isAfter(goal, position));
      return Promise.resolve(shard.closed || !reached);
    });
    this.tally.addAll(changed);
    return changed;
  }

  async #scan(partitions: KeyPartitions): Promise<void> {
    const { client, recordType, table, onScanned, abortSignal } = this.#options;
    const { name, estimatedItems, estimatedBytes } = table;
    const { key } = COUNTED_TYPES[recordType];
    let scanned = 0;
    const add = oneByOne((line: string) => {
      const item = JSON.parse(line) as TypedImage;
      return partitions.add({ key: keyText(item, key), note: toNote(contributionOf(recordType, item)) });
    });
    await scanSegments({
      ...{ client, table: name, abortSignal },
      positions: Array.from({ length: defaultSegments(estimatedBytes) }, () => 'start' as const),
      // The scan must see what the feeders had counted before it.
      consistent: true,
      expected: { items: estimatedItems, key: { hash: { name: key, type: 'S' } } },
      attributes: [key, ...DECIDING_ATTRIBUTES],
      takePage: async ({ lines, count }) => {
        const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength).toString('utf8');
        await add(text.split('\n').filter((line) => line !== ''));
        scanned += count;
        onScanned?.(scanned);
      },
    });
  }

  /** Counts the records that were written since by their images in the stream. */
  async #overlay(partitions: KeyPartitions, stream: TableStream): Promise<void> {
    const { recordType, settleTime } = this.#options;
    const { key } = COUNTED_TYPES[recordType];
    const settledAt = Date.now() + settleTime;
    const empty = new Map<string, number>();
    const add = oneByOne(({ dynamodb }: StreamRecord) => {
      const image = dynamodb?.NewImage as TypedImage | undefined;
      const note = image === undefined ? GONE : toNote(contributionOf(recordType, image));
      return partitions.add({ key: keyText(dynamodb?.Keys as TypedImage, key), note });
    });
    await this.#read(stream, async (records, _position, shard) => {
      await add(records);
      if (shard.closed || Date.now() < settledAt) return true;
      // What was written after the time to settle comes after all that was written before the scan's end.
      const last = records.at(-1);
      if (last !== undefined) return changeOf(recordType, last).time <= settledAt;
      const answers = (empty.get(shard.id) ?? 0) + 1;
      empty.set(shard.id, answers);
      return answers < EMPTY_ANSWERS;
    });
  }

  async #read(
    stream: TableStream,
    take: (records: readonly StreamRecord[], position: StreamPosition, shard: Shard) => Promise<boolean>,
  ): Promise<void> {
    const { streamsClient, table, pollInterval, abortSignal } = this.#options;
    await readStream({
      ...{ streams: streamsClient, streamArn: stream.arn, pollInterval, abortSignal },
      positionOf: ({ id }) => Promise.resolve(this.positions.get(id) ?? 'start'),
      onTrimmed: async () => {
        // Otherwise the trimmed changes were made before the scan, which saw them.
        if (this.#begunAt < Date.now() - MAX_ABSENCE) throw new RecountTooSlowError(table.name);
      },
      take: async ({ records, position, shard }) => {
        this.positions.set(shard.id, position);
        return take(records, position, shard);
      },
    });
  }
}

/** The mark of a record that is not there any more. */
const GONE = '-';

/** Between what a record adds to the counts and its duration, if it has one. */
const BETWEEN = '\t';

/** What equal records add to the counts, but for their durations. */
type Noted = [
  status: string,
  collectionId: string | null,
  unlisted: boolean,
  hour: number | null,
  lacks: readonly string[],
];

function toNote({ status, collectionId, unlisted, milliseconds, hour, lacks }: Contribution): string {
  const noted: Noted = [status, collectionId ?? null, unlisted, hour ?? null, lacks];
  return milliseconds === undefined ? JSON.stringify(noted) : `${JSON.stringify(noted)}${BETWEEN}${milliseconds}`;
}

/** Counts the records of notes; what many of them add alike is parsed and added once. */
function addNotes(tally: Tally, notes: Iterable<string>): void {
  const alike = new Map<string, { records: number; timed: number; milliseconds: number }>();
  for (const note of notes) {
    if (note === GONE) continue;
    const between = note.indexOf(BETWEEN);
    const noted = between < 0 ? note : note.slice(0, between);
    const same = alike.get(noted) ?? { records: 0, timed: 0, milliseconds: 0 };
    alike.set(noted, same);
    same.records += 1;
    if (between < 0) continue;
    same.timed += 1;
    same.milliseconds += Number(note.slice(between + 1));
  }
  for (const [noted, same] of alike) {
    const [status, collectionId, unlisted, hour, lacks] = JSON.parse(noted) as Noted;
    tally.addSame({ status, unlisted, lacks, collectionId: collectionId ?? undefined, hour: hour ?? undefined }, same);
  }
}

function keyText(item: TypedImage, key: string): string {
  return JSON.stringify(item[key]?.S);
}

/** Calls from several workers, one after the other: additions to partitions that are waited for must not overlap. */
function oneByOne<T>(work: (one: T) => Promise<void> | undefined): (all: readonly T[]) => Promise<void> {
  const queue = new SerialQueue({ stopOnError: true });
  return (all) =>
    queue.run(async () => {
      for (const one of all) {
        const done = work(one);
        if (done !== undefined) await done;
      }
    });
}
