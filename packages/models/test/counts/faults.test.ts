import {
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  TransactionCanceledException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { followCounts } from '../../src/counts/follow-counts.ts';
import { readCounts } from '../../src/counts/read-counts.ts';
import { recount } from '../../src/counts/recount.ts';
import { countsToBeRight, Deployment } from './deployment.ts';

/** A client whose requests pass by a function first, which may throw, also after they were done. */
function disturbed(disturb: (command: string, send: () => Promise<void>) => Promise<void>): DynamoDBClient {
  const client = createClient();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      let result: Awaited<ReturnType<typeof next>> | undefined;
      const send = async (): Promise<void> => {
        result ??= await next(args);
      };
      await disturb(context['commandName'] as string, send);
      await send();
      return result as Awaited<ReturnType<typeof next>>;
    },
    { step: 'initialize', name: 'disturb' },
  );
  return client;
}

const $metadata = {};
const WRITES = sizeOf({ usual: 50, whole: 150 });

/** A recount that is killed before a request that only reads leaves what it leaves before the next one that writes. */
const isKillPoint = sizeOf({ usual: (command: string) => /Put|Update|Delete|Write/.test(command), whole: () => true });

onDynamoDBLocal('counts under faults', () => {
  const deployment = new Deployment();

  test('counts each change once under conflicts, throttling and answers that are lost', async () => {
    await recount(deployment.options);
    let lost = 0;
    let transactions = 0;
    const client = disturbed(async (command, send) => {
      if (command !== 'TransactWriteItemsCommand') return;
      // Each fault once at least.
      const chance = [0.1, 0.3, 0.5][transactions] ?? Math.random();
      transactions += 1;
      if (chance < 0.2) {
        const CancellationReasons = [{ Code: 'TransactionConflict' }, { Code: 'None' }];
        throw new TransactionCanceledException({ $metadata, message: 'cancelled', CancellationReasons });
      }
      if (chance < 0.4) throw new ProvisionedThroughputExceededException({ $metadata, message: 'throttled' });
      if (chance < 0.6) {
        await send();
        lost += 1;
        throw new Error('The answer was lost.');
      }
    });
    const writing = Promise.all([deployment.writeAtRandom(WRITES), deployment.writeAtRandom(WRITES)]);
    const controller = new AbortController();
    const { options, tables } = deployment;
    const following = (async () => {
      while (!controller.signal.aborted) {
        await followCounts({ ...options, client, tables, abortSignal: controller.signal }).catch((error: Error) => {
          expect(error.message).toBe('The answer was lost.');
        });
      }
    })();
    await writing;
    await countsToBeRight(deployment);
    controller.abort();
    await following;
    client.destroy();
    expect(lost).toBeGreaterThan(0);
    expect((await readCounts(options)).recountDue).toBeUndefined();
  });

  test('leaves the old counts or the new ones, whenever a recount is killed', async () => {
    const { options } = deployment;
    await deployment.writeAtRandom(40);
    await recount(options);
    const ends = { old: 0, new: 0 };
    for (let requests = 0, isKilled = true; isKilled; requests += 1) {
      await deployment.writeAtRandom(3);
      const [before, after] = [await deployment.counts(), await deployment.counted()];
      let sent = 0;
      const client = disturbed(async (command) => {
        if (isKillPoint(command)) sent += 1;
        if (sent > requests) throw new Error('killed');
      });
      isKilled = await recount({ ...options, client, settleTime: 10 }).then(
        () => sent > requests,
        () => true,
      );
      client.destroy();
      const counts = await deployment.counts();
      const isOld = JSON.stringify(counts) === JSON.stringify(before);
      expect(counts).toEqual(isOld ? before : after);
      ends[isOld ? 'old' : 'new'] += 1;
      await runOut('recount', 'until');
      await runOut('all', 'lockedUntil');
    }
    expect(ends.old).toBeGreaterThan(5);
    expect(ends.new).toBeGreaterThan(0);

    const controller = new AbortController();
    await deployment.writeAtRandom(20);
    const following = followCounts({ ...options, tables: deployment.tables, abortSignal: controller.signal });
    await countsToBeRight(deployment);
    controller.abort();
    await following;
  }, 300_000);

  /** Lets a time pass that a killed recount left. */
  async function runOut(group: string, attribute: string): Promise<void> {
    const { client, countsTable: TableName } = deployment;
    await client
      .send(
        new UpdateItemCommand({
          ...{ TableName, Key: { recordType: { S: 'granule' }, group: { S: group } } },
          UpdateExpression: 'SET #a = :past',
          ConditionExpression: 'attribute_exists(#a)',
          ExpressionAttributeNames: { '#a': attribute },
          ExpressionAttributeValues: { ':past': { N: '1' } },
        }),
      )
      .catch((error: Error) => expect(error.name).toBe('ConditionalCheckFailedException'));
  }
});
