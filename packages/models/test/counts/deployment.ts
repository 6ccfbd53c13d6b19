import {
  DeleteItemCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { createTable, putAll, Scratch, stringKeyed } from '@cumulus/test-kit/tables';
import { afterAll, beforeEach, expect } from '@jest/globals';
import type { CountedTable } from '../../src/counts/counted-types.ts';
import { listCollectionCounts, readCounts, readCountsOfTime } from '../../src/counts/read-counts.ts';
import { contributionOf, Tally, type TypedImage } from '../../src/counts/tally.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Times in several hours of two days. */
const TIMES = [HOUR - 1, HOUR, 23 * HOUR, DAY - 1, DAY, DAY + 5 * HOUR];

/** Spans of whole hours. */
const SPANS = [
  { collectionId: undefined, from: 0, to: 9 * DAY - 1 },
  { collectionId: undefined, from: HOUR, to: DAY - 1 },
  { collectionId: 'MOD1___006', from: 0, to: HOUR - 1 },
  { collectionId: 'MOD2___006', from: 0, to: DAY + HOUR - 1 },
  { collectionId: 'MOD3___006', from: DAY, to: 2 * DAY - 1 },
];

/** A table of granules with its stream, and a table of counts, new for each test; both are gone after it. */
export class Deployment {
  readonly client = createClient();
  readonly streamsClient = createStreamsClient();
  table = '';
  countsTable = '';

  constructor() {
    const scratch = new Scratch();
    beforeEach(async () => {
      const prefix = scratch.prefix();
      this.table = `${prefix}-GranulesTable`;
      this.countsTable = `${prefix}-RecordCountsTable`;
      await createGranules(this.table);
      await createTable(stringKeyed(this.countsTable, ['recordType', 'group']));
    });
    afterAll(() => {
      this.client.destroy();
      this.streamsClient.destroy();
    });
  }

  /** What all functions take, with times that fit a server on this machine. */
  get options() {
    const { client, streamsClient, countsTable, table } = this;
    return {
      client,
      streamsClient,
      countsTable,
      table,
      recordType: 'granule',
      pollInterval: 20,
      settleTime: 100,
    } as const;
  }

  get tables(): readonly CountedTable[] {
    return [{ recordType: 'granule', table: this.table }];
  }

  /** Deletes the table of granules, and makes another one of its name. */
  async replaceTable(): Promise<void> {
    await this.client.send(new DeleteTableCommand({ TableName: this.table }));
    await createGranules(this.table);
  }

  /** A client between whose first page of a scan and the others something is done. */
  clientThatScansAround(act: () => Promise<void>): DynamoDBClient {
    const client = createClient();
    let first: Promise<unknown> | undefined;
    let acting: Promise<void> | undefined;
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'ScanCommand') return next(args);
          if (first === undefined) {
            first = next(args);
            return first as ReturnType<typeof next>;
          }
          acting ??= first.then(act);
          await acting;
          return next(args);
        },
      { step: 'initialize' },
    );
    return client;
  }

  async put(id: string, status?: string, collectionId?: string, timestamp: number | undefined = 1): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.table,
        Item: {
          granuleId: { S: id },
          ...(status === undefined ? {} : { status: { S: status } }),
          ...(collectionId === undefined ? {} : { collectionId: { S: collectionId } }),
          ...(timestamp === undefined ? {} : { timestamp: { N: String(timestamp) } }),
        },
      }),
    );
  }

  async putMany(ids: readonly string[], status: string, collectionOf: (index: number) => string): Promise<void> {
    const items = ids.map((id, index) => ({
      granuleId: { S: id },
      status: { S: status },
      collectionId: { S: collectionOf(index) },
      timestamp: { N: '1' },
    }));
    await putAll(this.table, items);
  }

  /** Writes at random, as writers do that know nothing of counts. */
  async writeAtRandom(writes: number, keys = 40): Promise<void> {
    const TableName = this.table;
    for (let write = 0; write < writes; write += 1) {
      const id = `granule-${Math.floor(Math.random() * keys)}`;
      const Key = { granuleId: { S: id } };
      const collectionId = `MOD${Math.floor(Math.random() * 5)}___006`;
      const status = pick(['running', 'completed', 'failed', 'completed', 'strange', undefined]);
      const chance = Math.random();
      if (chance < 0.4)
        await this.put(id, status, pick([collectionId, collectionId, undefined]), pick([1, 2, ...TIMES, undefined]));
      else if (chance < 0.6) await this.client.send(new DeleteItemCommand({ TableName, Key }));
      else {
        const moves = chance < 0.7;
        await this.client.send(
          new UpdateItemCommand({
            ...{ TableName, Key },
            UpdateExpression: moves ? 'SET collectionId = :value' : 'SET #status = :value',
            ...(moves ? {} : { ExpressionAttributeNames: { '#status': 'status' } }),
            ExpressionAttributeValues: { ':value': { S: moves ? collectionId : (status ?? 'running') } },
          }),
        );
      }
    }
  }

  /** What the counts have to be: counted one by one. */
  async counted() {
    const tally = new Tally();
    const items: TypedImage[] = [];
    let ExclusiveStartKey: Record<string, never> | undefined;
    do {
      const page = await this.client.send(
        new ScanCommand({
          TableName: this.table,
          ConsistentRead: true,
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      for (const item of page.Items ?? []) tally.add(contributionOf('granule', item as TypedImage), 1);
      items.push(...((page.Items ?? []) as TypedImage[]));
      ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
    } while (ExclusiveStartKey !== undefined);
    const collections = [...tally.collections].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...tally.all.counts,
      unlisted: tally.all.unlisted,
      collections: collections.map(([collectionId, group]) => ({ collectionId, ...group.counts })),
      spans: SPANS.map(({ collectionId, from, to }) => {
        const times = items
          .filter((item) => collectionId === undefined || item['collectionId']?.S === collectionId)
          .flatMap((item) => (item['timestamp']?.N === undefined ? [] : [Number(item['timestamp'].N)]));
        return times.filter((time) => time >= from && time <= to).length;
      }),
    };
  }

  /** What the counts are. */
  async counts() {
    const { total, byStatus, unlisted } = await readCounts(this.options);
    const spans = await Promise.all(SPANS.map((span) => readCountsOfTime(this.options, span)));
    return {
      ...{ total, byStatus, unlisted, collections: await listCollectionCounts(this.options) },
      spans: spans.map((span) => span?.total ?? 0),
    };
  }
}

async function createGranules(table: string): Promise<void> {
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  await createTable({ ...stringKeyed(table, ['granuleId']), StreamSpecification });
}

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}

/** Waits until the counts of a deployment to which nobody writes any more are right. */
export async function countsToBeRight(deployment: Deployment): Promise<void> {
  const expected = await deployment.counted();
  // One request shows that changes are not counted yet; only then all counts are read.
  const { total, byStatus, unlisted } = expected;
  await eventually(async () =>
    expect(await readCounts(deployment.options)).toMatchObject({ total, byStatus, unlisted }),
  );
  await eventually(async () => expect(await deployment.counts()).toEqual(expected));
}

/** Waits until a check passes, for 20 seconds at the most, and then lets it fail. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  for (const since = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() - since > 20_000) throw error;
    }
  }
}
