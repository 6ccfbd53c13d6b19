import {
  type _Record,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { findStream } from '@cumulus/dynamodb/streams';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { EventSourceError } from '../../src/counts/errors.ts';
import { createCountsHandler, type StreamEvent } from '../../src/counts/lambda-handler.ts';
import { readCounts } from '../../src/counts/read-counts.ts';
import { recount } from '../../src/counts/recount.ts';
import { Deployment } from './deployment.ts';

onDynamoDBLocal('the Lambda handler of counts', () => {
  const deployment = new Deployment();
  const handler = (): ReturnType<typeof createCountsHandler> =>
    createCountsHandler({ ...deployment.options, tables: deployment.tables });

  /** The stream's records so far, in the form in which Lambda hands them to a function, a batch of five an event. */
  async function events(): Promise<readonly StreamEvent[]> {
    const { client, streamsClient, table } = deployment;
    const StreamArn = (await findStream(client, table))?.arn;
    const { StreamDescription } = await streamsClient.send(new DescribeStreamCommand({ StreamArn }));
    const all: StreamEvent[] = [];
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await streamsClient.send(new GetShardIteratorCommand(input));
      const { Records = [] } = await streamsClient.send(new GetRecordsCommand({ ShardIterator }));
      // DynamoDB Local's ARN has no account of its own, as Lambda's has: only the table's part matters.
      const eventSourceARN = StreamArn as string;
      for (let start = 0; start < Records.length; start += 5) {
        all.push({
          Records: Records.slice(start, start + 5).map((record) => inLambdaForm(record, eventSourceARN)),
          shardId: ShardId as string,
          eventSourceARN,
        });
      }
    }
    return all;
  }

  function inLambdaForm(record: _Record, eventSourceARN: string) {
    const { ApproximateCreationDateTime, ...dynamodb } = record.dynamodb ?? {};
    const seconds = (ApproximateCreationDateTime as Date).getTime() / 1000;
    return {
      ...{ eventID: record.eventID, eventName: record.eventName, eventVersion: '1.1', eventSource: 'aws:dynamodb' },
      ...{ awsRegion: 'us-east-1', eventSourceARN },
      dynamodb: { ...JSON.parse(JSON.stringify(dynamodb)), ApproximateCreationDateTime: seconds },
    };
  }

  test('counts each change once, also in batches that are repeated and doubled', async () => {
    await recount(deployment.options);
    await deployment.writeAtRandom(60);
    for (const event of await events()) {
      const handle = handler();
      const results = await Promise.all([handle(event), handle(event)]);
      expect(results).toEqual([
        { state: {}, batchItemFailures: [] },
        { state: {}, batchItemFailures: [] },
      ]);
      await handle(event);
    }
    expect(await deployment.counts()).toEqual(await deployment.counted());
    for (const event of await events()) await handler()(event);
    expect(await deployment.counts()).toEqual(await deployment.counted());
  });

  test('goes on where a recount went on, which came amid its batches', async () => {
    await recount(deployment.options);
    await deployment.writeAtRandom(40);
    const early = await events();
    for (const event of early.slice(0, 3)) await handler()(event);
    await deployment.writeAtRandom(20);
    await recount(deployment.options);
    expect(await deployment.counts()).toEqual(await deployment.counted());
    await deployment.writeAtRandom(20);
    for (const event of (await events()).slice(3)) await handler()(event);
    expect(await deployment.counts()).toEqual(await deployment.counted());
    expect((await readCounts(deployment.options)).recountDue).toBeUndefined();
  });

  test('takes the empty event that ends a window', async () => {
    const [event] = await eventsOfOne();
    expect(await handler()({ ...event, Records: [] })).toEqual({ state: {}, batchItemFailures: [] });
  });

  test('refuses events that do not name their shard, or are of another table', async () => {
    const [{ Records = [], eventSourceARN = '' }] = await eventsOfOne();
    await expect(handler()({ Records })).rejects.toThrow(/TumblingWindowInSeconds/);
    const other = eventSourceARN.replace(deployment.table, 'prod-UsersTable');
    await expect(handler()({ Records, shardId: 'shardId-1', eventSourceARN: other })).rejects.toThrow(EventSourceError);
  });

  test('marks that a recount is due where changes come a day late', async () => {
    await recount(deployment.options);
    const [event] = await eventsOfOne();
    const late = (event.Records ?? []).map(({ dynamodb, ...record }) => ({
      ...record,
      dynamodb: { ...dynamodb, ApproximateCreationDateTime: Date.now() / 1000 - 24 * 3600 },
    }));
    await handler()({ ...event, Records: late });
    expect((await readCounts(deployment.options)).recountDue?.reason).toMatch(/day late/);
  });

  async function eventsOfOne(): Promise<readonly [StreamEvent]> {
    await deployment.put('a', 'running', 'A___1');
    return [(await events()).at(-1) as StreamEvent];
  }
});
