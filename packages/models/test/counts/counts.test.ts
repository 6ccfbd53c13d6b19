import {
  type AttributeValue,
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { TableReplacedError } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { afterEach, expect, test } from '@jest/globals';
import { markRecountDue } from '../../src/counts/counts-state.ts';
import { NoStreamError, RecountInProgressError } from '../../src/counts/errors.ts';
import { followCounts } from '../../src/counts/follow-counts.ts';
import { readCounts, readCountsByCollection, readCountsOfTime } from '../../src/counts/read-counts.ts';
import { recount } from '../../src/counts/recount.ts';
import { countsToBeRight, Deployment, eventually } from './deployment.ts';

/** How often each of three writers writes while followers and recounts come and go. */
const WRITES = sizeOf({ usual: 50, whole: 250 });

onDynamoDBLocal('counts', () => {
  const deployment = new Deployment();
  const followers: { readonly stop: () => Promise<void> }[] = [];

  function follow(): { readonly stop: () => Promise<void> } {
    const controller = new AbortController();
    const { options, tables } = deployment;
    const following = followCounts({ ...options, tables, lookInterval: 200, abortSignal: controller.signal });
    // Only who stops it looks whether it failed.
    following.catch(() => undefined);
    const follower = {
      stop: async () => {
        controller.abort();
        await following;
      },
    };
    followers.push(follower);
    return follower;
  }

  afterEach(async () => {
    for (const follower of followers.splice(0)) await follower.stop().catch(() => undefined);
  });

  test('says that records were never counted, until they are', async () => {
    await deployment.put('a', 'completed', 'MOD09GQ___006');
    expect(await readCounts(deployment.options)).toMatchObject({
      total: 0,
      recountDue: { reason: expect.any(String) },
    });
    await recount(deployment.options);
    const counts = await readCounts(deployment.options);
    expect(counts).toMatchObject({ total: 1, byStatus: { completed: 1 }, unlisted: 0, countedAt: expect.any(Date) });
    expect(counts.recountDue).toBeUndefined();
  });

  test('follows what any writer writes', async () => {
    await recount(deployment.options);
    follow();
    await deployment.put('a', 'running', 'A___1');
    await deployment.put('b', 'completed', 'A___1');
    await deployment.put('b', 'completed', 'B___1');
    await deployment.put('c', 'strange', undefined);
    await countsToBeRight(deployment);
    const { options } = deployment;
    expect(await readCounts(options)).toMatchObject({
      total: 3,
      byStatus: { '': 1, completed: 1, running: 1 },
      unlisted: 1,
    });
    expect((await readCounts(options)).changedAt).toBeInstanceOf(Date);
    expect(await readCountsByCollection(options, ['B___1', 'none___1', 'A___1'])).toEqual([
      { collectionId: 'B___1', total: 1, byStatus: { completed: 1 } },
      { collectionId: 'none___1', total: 0, byStatus: {} },
      { collectionId: 'A___1', total: 1, byStatus: { running: 1 } },
    ]);
  });

  test('counts changes of more collections than fit into a transaction', async () => {
    await recount(deployment.options);
    await deployment.putMany(
      Array.from({ length: 150 }, (_, index) => `granule-${index}`),
      'completed',
      (index) => `collection${index % 120}___1`,
    );
    follow();
    await countsToBeRight(deployment);
    expect((await deployment.counts()).collections).toHaveLength(120);
  });

  test.each(Array.from({ length: sizeOf({ usual: 1, whole: 4 }) }, (_, number) => number + 1))(
    'counts each change once, however followers end, double and meet recounts (%i)',
    async () => {
      await deployment.writeAtRandom(60);
      if (Math.random() < 0.5) await recount(deployment.options);
      let isWriting = true;
      const writers = Promise.all([1, 2, 3].map(() => deployment.writeAtRandom(WRITES))).finally(() => {
        isWriting = false;
      });
      const disturb = async (): Promise<void> => {
        while (isWriting) {
          const follower = follow();
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 200));
          await follower.stop().catch(() => undefined);
        }
      };
      const recounting = async (): Promise<void> => {
        while (isWriting) {
          const controller = new AbortController();
          if (Math.random() < 0.5) setTimeout(() => controller.abort(), Math.random() * 300);
          await recount({ ...deployment.options, abortSignal: controller.signal }).catch(() => undefined);
        }
      };
      await Promise.all([writers, disturb(), disturb(), recounting()]);
      const { recountDue } = await readCounts(deployment.options);
      if (recountDue !== undefined) {
        // Every recount was ended early.
        expect(recountDue.reason).toBe('The records were never counted.');
        await recount(deployment.options);
      }
      follow();
      follow();
      await countsToBeRight(deployment);
      expect((await recount({ ...deployment.options, dryRun: true })).differences).toEqual([]);
    },
    120_000,
  );

  test('repairs wrong counts and reports which', async () => {
    await deployment.put('a', 'running', 'A___1');
    await deployment.put('b', 'completed', 'B___1');
    await recount(deployment.options);
    await deployment.put('a', 'failed', 'A___1');
    const expected = {
      before: { total: 2, byStatus: { completed: 1, running: 1 } },
      after: { total: 2, byStatus: { completed: 1, failed: 1 } },
      differences: [
        { collectionId: undefined, before: { total: 2, byStatus: { completed: 1, running: 1 } } },
        { collectionId: 'A___1', after: { total: 1, byStatus: { failed: 1 } } },
      ],
      follows: true,
    };
    const before = await deployment.counts();
    expect(await recount({ ...deployment.options, dryRun: true })).toMatchObject(expected);
    expect(await deployment.counts()).toEqual(before);
    expect(await recount(deployment.options)).toMatchObject(expected);
    expect(await deployment.counts()).toEqual(await deployment.counted());
  });

  test('reports that a recount is due until one that began later has ended', async () => {
    const { options } = deployment;
    await recount(options);
    await markRecountDue(options, ['granule'], 'A backup was restored.');
    expect((await readCounts(options)).recountDue?.reason).toBe('A backup was restored.');
    const client = deployment.clientThatScansAround(() =>
      markRecountDue(options, ['granule'], 'Another backup was restored.'),
    );
    await recount({ ...options, client });
    client.destroy();
    expect((await readCounts(options)).recountDue?.reason).toBe('Another backup was restored.');
    await recount(options);
    expect((await readCounts(options)).recountDue).toBeUndefined();
  });

  test.each([
    ['whose reader was away for a day', '1'],
    ['that nobody had read', undefined],
  ])('reports that a recount is due after a part of the stream %s', async (_title, readAt) => {
    const { client, options, countsTable: TableName } = deployment;
    await deployment.put('a', 'running', 'A___1');
    await recount(options);
    const { Items = [] } = await client.send(new ScanCommand({ TableName }));
    for (const { recordType, group } of Items.filter((item) => item['group']?.S?.startsWith('shard#'))) {
      const Key = { recordType, group } as Record<string, AttributeValue>;
      if (readAt === undefined) await client.send(new DeleteItemCommand({ TableName, Key }));
      else {
        const ExpressionAttributeValues = { ':readAt': { N: readAt } };
        await client.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: 'SET readAt = :readAt',
            ExpressionAttributeValues,
          }),
        );
      }
    }
    follow();
    await eventually(async () => expect((await readCounts(options)).recountDue?.reason).toMatch(/read/));
    await recount(options);
    expect((await readCounts(options)).recountDue).toBeUndefined();
    expect(await deployment.counts()).toEqual(await deployment.counted());
  });

  test.each([[false], [true]])(
    'leaves the counts as they were where the table is deleted and made again meanwhile (dry run: %s)',
    async (dryRun) => {
      await deployment.put('a', 'completed', 'A___1');
      await recount(deployment.options);
      const before = await deployment.counts();
      const client = deployment.clientThatScansAround(() => deployment.replaceTable());
      await expect(recount({ ...deployment.options, client, dryRun })).rejects.toThrow(TableReplacedError);
      client.destroy();
      expect(await deployment.counts()).toEqual(before);
    },
  );

  test('follows the stream of a table that was deleted and made again, and reports that a recount is due', async () => {
    const { options } = deployment;
    await deployment.put('a', 'running', 'A___1');
    await recount(options);
    follow();
    await deployment.put('b', 'running', 'A___1');
    await eventually(async () => expect((await deployment.counts()).total).toBe(2));
    await deployment.replaceTable();
    await deployment.put('c', 'completed', 'B___1');
    await eventually(async () => expect((await readCounts(options)).recountDue?.reason).toMatch(/nobody had read/));
    await recount(options);
    await deployment.put('d', 'completed', 'B___1');
    await eventually(async () => expect((await deployment.counts()).total).toBe(2));
    expect(await deployment.counts()).toEqual(await deployment.counted());
  });

  test('is not kept waiting by a recount that was killed while its clock was wrong', async () => {
    await deployment.put('a', 'completed', 'A___1');
    await recount(deployment.options);
    const { client, countsTable: TableName } = deployment;
    const tomorrow = { N: String(Date.now() + 86_400_000) };
    const recordType = { S: 'granule' };
    await client.send(
      new PutItemCommand({ TableName, Item: { recordType, group: { S: 'recount' }, id: { S: 'k' }, until: tomorrow } }),
    );
    await client.send(
      new UpdateItemCommand({
        ...{ TableName, Key: { recordType, group: { S: 'all' } } },
        UpdateExpression: 'SET lockedUntil = :tomorrow',
        ExpressionAttributeValues: { ':tomorrow': tomorrow },
      }),
    );
    follow();
    await deployment.put('b', 'completed', 'A___1');
    await eventually(async () => expect((await deployment.counts()).total).toBe(2));
    expect(await recount(deployment.options)).toMatchObject({ after: { total: 2 } });
  });

  test('does one recount at a time', async () => {
    const client = deployment.clientThatScansAround(() =>
      expect(recount(deployment.options)).rejects.toThrow(RecountInProgressError),
    );
    await recount({ ...deployment.options, client });
    client.destroy();
    await recount(deployment.options);
  });

  test('counts records that add the same, some of them with durations, and describes their table twice', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `granule-${index}`);
    await deployment.putMany(ids, 'completed', (index) => `A___${index % 2}`);
    for (const [index, seconds] of ['1.5', '0', '-2.25', '1e3'].entries()) {
      await deployment.client.send(
        new UpdateItemCommand({
          TableName: deployment.table,
          Key: { granuleId: { S: `granule-${index}` } },
          UpdateExpression: 'SET #duration = :seconds',
          ExpressionAttributeNames: { '#duration': 'duration' },
          ExpressionAttributeValues: { ':seconds': { N: seconds } },
        }),
      );
    }
    const client = createClient();
    let descriptions = 0;
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'DescribeTableCommand') descriptions += 1;
          return next(args);
        },
      { step: 'initialize' },
    );
    expect(await recount({ ...deployment.options, client })).toMatchObject({ after: { total: 60 } });
    client.destroy();
    expect(descriptions).toBe(2);
    await countsToBeRight(deployment);
    const span = { from: 0, to: 3_600_000 - 1 };
    expect(await readCountsOfTime(deployment.options, span)).toMatchObject({
      total: 60,
      timed: 4,
      milliseconds: 999_250,
    });
  });

  test('counts a table without a stream, and says that the counts do not follow', async () => {
    await deployment.put('a', 'completed', 'A___1');
    const StreamSpecification = { StreamEnabled: false };
    await deployment.client.send(new UpdateTableCommand({ TableName: deployment.table, StreamSpecification }));
    expect(await recount(deployment.options)).toMatchObject({ after: { total: 1 }, follows: false });
    expect(await deployment.counts()).toEqual(await deployment.counted());
    const abortSignal = new AbortController().signal;
    await expect(followCounts({ ...deployment.options, tables: deployment.tables, abortSignal })).rejects.toThrow(
      NoStreamError,
    );
  });
});
