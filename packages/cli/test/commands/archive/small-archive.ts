import { setTimeout as sleep } from 'node:timers/promises';
import { followTable, listArchive } from '@cumulus/dynamodb/archive';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { createTableInput, schemaOf, TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { createTable, type Item } from '@cumulus/test-kit/tables';
// The stream of DynamoDB Local has times of whole minutes.
import { StreamFront } from '../../../../dynamodb/test/archive/stream-front.ts';
import { granule } from '../../scratch.ts';

/** The server's clock is this machine's, so a margin of a second is enough. */
const SETTLE = 1_000;

/** An archive of a table of granules, which its changes are written to. */
export interface SmallArchive {
  readonly table: string;
  readonly directory: string;
  readonly front: StreamFront;
  /** The second after the base, and before all changes that it lacks, in seconds since 1970. */
  readonly first: number;
  /** The last second that can be restored. */
  readonly last: number;
  /** Goes on with the archive: a change is lost, a base is made after it, and the item is changed again. */
  readonly loseChanges: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Makes a base of three granules, and then these changes: 1 runs, and is completed; 2 is deleted; 3 is changed and changed back; 4 is new.
 * @param table its name, `PREFIX-GranulesTable`
 */
export async function makeSmallArchive(table: string, directory: string): Promise<SmallArchive> {
  const definition = TABLE_DEFINITIONS.find(({ name }) => name === 'GranulesTable');
  if (definition === undefined) throw new TypeError('GranulesTable');
  await createTable(createTableInput(table, schemaOf(definition)));
  const asked = createClient();
  const front = await StreamFront.start(asked, table);
  const { endpoint } = front;
  const [client, streams] = [createClient({ endpoint }), createStreamsClient({ endpoint })];
  const put = (number: number, more: Item = {}) => front.put(granule(number, more) as never);
  const isOpenSince = async (time: number): Promise<boolean> => {
    const [summary] = await listArchive(directory).catch(() => []);
    const { to, isOpen } = summary?.restorable.at(-1) ?? {};
    return isOpen === true && to !== undefined && to.getTime() >= time;
  };
  /** Waits until the archive has a base, and all seconds after it up to a time. */
  const reach = async (time: number): Promise<void> => {
    while (!(await isOpenSince(time))) await sleep(100);
  };
  // The front may remove any change, so nothing is kept for sure.
  const whileFollowed = async (work: () => Promise<void>): Promise<void> => {
    const stop = new AbortController();
    const following = followTable({
      ...{ client, streams, table, archive: directory, abortSignal: stop.signal },
      ...{ settle: SETTLE, segmentEvery: 50, noteEvery: 100, pollInterval: 20, retention: 0 },
    });
    await Promise.race([following, work()]).finally(() => stop.abort());
    await following;
  };
  for (const number of [1, 2, 3]) await put(number);
  let first = 0;
  await whileFollowed(async () => {
    await reach(0);
    first = await nextSecond();
    await put(1, { status: { S: 'running' } });
    await put(3, { status: { S: 'queued' } });
    await front.delete({ granuleId: granule(2)['granuleId'] } as never);
    await nextSecond();
    await put(1, { status: { S: 'completed' }, size: { N: '12345678901234567890' } });
    await put(3);
    await put(4);
    await reach((await nextSecond()) * 1000);
  });
  const [summary] = await listArchive(directory);
  const last = Number(summary?.restorable.at(-1)?.to) / 1000;
  return {
    ...{ table, directory, front, first, last },
    loseChanges: async () => {
      const lostAt = Date.now();
      await put(1, { status: { S: 'lost' } });
      await front.trim();
      await whileFollowed(async () => {
        await reach(lostAt);
        await put(1, { status: { S: 'failed' } });
        await reach((await nextSecond()) * 1000);
      });
    },
    close: async () => {
      for (const each of [client, streams, asked]) each.destroy();
      await front.close();
    },
  };
}

/** Waits for the next second. @returns the one that ended, in seconds since 1970 */
async function nextSecond(): Promise<number> {
  const now = Date.now();
  await sleep(1_000 - (now % 1_000));
  return Math.floor(now / 1_000);
}
