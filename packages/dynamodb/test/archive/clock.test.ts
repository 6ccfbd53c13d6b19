import { readdirSync } from 'node:fs';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { clockDifference } from '../../src/aws/clock.ts';
import { readShard } from '../../src/streams/read-shard.ts';
import { listShards } from '../../src/streams/shards.ts';
import { describeTable } from '../../src/tables/describe.ts';
import { granule } from '../scratch.ts';
import { Archived } from './archived.ts';

/** By how much clocks differ here, in milliseconds. */
const APART = 30_000;

onDynamoDBLocal('the clock of a follower', () => {
  const scratch = new Archived();

  test.each([
    ['behind', APART],
    ['ahead of', -APART],
  ])('makes no base if it is %s DynamoDB’s, and archives the changes', async (direction, clockAhead) => {
    const followed = await scratch.followed();
    const { front } = followed;
    front.clockAhead = clockAhead;
    await front.put(granule(1));
    await expect(scratch.follow(followed, { once: true })).rejects.toMatchObject({
      code: 'CLOCK_DIFFERS',
      message: expect.stringContaining(` s ${direction} DynamoDB's`),
    });
    const names = readdirSync(scratch.archive);
    expect(names.filter((name) => name.endsWith('.json.gz'))).toEqual([]);
    expect((await scratch.summary()).changes).toBe(1);
    front.clockAhead = 0;
    expect((await scratch.follow(followed, { once: true })).bases).toHaveLength(1);
  });

  test('does not say that changes were read which are still to come', async () => {
    const { front, client, streams, table } = await scratch.followed();
    const { streamArn = '' } = await describeTable(client, table);
    front.clockAhead = -APART;
    const [shard] = await listShards(streams, streamArn);
    if (shard === undefined) throw new Error('there is no shard');
    const batches = readShard({
      ...{ streams, streamArn, shard, position: 'start', pollInterval: 0, raw: true },
      onTrimmed: async () => undefined,
    });
    const { value } = await batches.next();
    await batches.return(undefined);
    expect(value?.requestedAt.getTime()).toBeLessThan(Date.now() + front.clockAhead + 1000);
  });

  test('is compared by what an answer says of the time', async () => {
    const { front, client, table } = await scratch.followed();
    expect(await clockDifference(client, table)).toBe(0);
    front.clockAhead = APART;
    const behind = await clockDifference(client, table);
    expect(behind).toBeLessThan(-APART / 2);
    expect(behind).toBeGreaterThanOrEqual(-APART);
  });
});
