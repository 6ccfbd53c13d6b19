import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { formatChange } from '../../src/archive/format/segment.ts';
import { readTableArchive } from '../../src/archive/read/table-archive.ts';
import { ShardChain } from '../../src/archive/store/shard-chain.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { newKey } from '../backup/encrypted/keys.ts';
import { Archived, QUICK } from './archived.ts';

const CHILD = fileURLToPath(new URL('state-in-child.mjs', import.meta.url));
const SEGMENT_CHANGES = 2_000;
const CHANGES = sizeOf({ usual: 60_000, whole: 600_000 });
const TIMEOUT = sizeOf({ usual: 60_000, whole: 900_000 });
const PADDING = 'x'.repeat(1_500);

onDynamoDBLocal('the state of a second', () => {
  const scratch = new Archived();

  /** Adds changes of many keys to the archive of a table, as a follower would have written them. */
  async function addChanges(table: string, time: number): Promise<void> {
    const storage = await openStorage(scratch.archive);
    const { streams } = await readTableArchive(storage, table);
    const [archived] = streams;
    if (archived === undefined) throw new Error('nothing is archived');
    const readTo = new Date((time + 60) * 1000).toISOString();
    for (const [index, { id, parent }] of archived.shards.entries()) {
      const { table: of, stream } = archived;
      const chain = await ShardChain.open(storage, { table: of, stream, id, parent }, null);
      const nothing = { first: null, last: null, earliest: null, latest: null, late: 0, gap: null, ended: false };
      const same = { ...nothing, readTo, settle: QUICK.settle };
      for (let from = 0; index === 0 && from < CHANGES; from += SEGMENT_CHANGES) {
        const lines = Array.from({ length: SEGMENT_CHANGES }, (_, offset) => lineOf(from + offset, time));
        const [first, last] = [String(1_000_000 + from), String(1_000_000 + from + SEGMENT_CHANGES - 1)];
        await chain.append({ ...same, lines, first, last, earliest: time, latest: time });
      }
      await chain.append({ ...same, lines: [] });
    }
  }

  function lineOf(number: number, time: number): string {
    const Keys = { granuleId: { S: `granule-${number % (CHANGES / 2)}` } };
    const NewImage = { ...Keys, version: { N: String(number) }, padding: { S: PADDING } };
    const record = { ApproximateCreationDateTime: time, Keys, NewImage, SequenceNumber: String(1_000_000 + number) };
    return formatChange({ eventName: 'MODIFY', dynamodb: record });
  }

  test(
    'takes memory that is far smaller than the changes of which it is made',
    async () => {
      const followed = await scratch.followed();
      await scratch.whileFollowed(followed, () => scratch.reached(0));
      const time = Math.floor(Date.now() / 1000) + 10;
      await addChanges(followed.table, time);
      const at = new Date((time + 10) * 1000).toISOString();
      // Encrypted too, which a key opens that is not there.
      for (const recipients of [undefined, [(await newKey()).recipient]]) {
        const directory = scratch.path(`state-${recipients?.length}`);
        const options = { archive: scratch.archive, table: followed.table, at, directory, recipients };
        const run = [CHILD, JSON.stringify(options)];
        const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', ...run]);
        const { items, changes, maxRss } = JSON.parse(stdout) as { items: number; changes: number; maxRss: number };
        expect({ items, changes }).toEqual({ items: CHANGES / 2, changes: CHANGES });
        expect(maxRss).toBeLessThan(250 * 1024 * 1024);
        expect(readdirSync(directory).some((name) => name.endsWith('.age'))).toBe(recipients !== undefined);
      }
    },
    TIMEOUT,
  );
});
