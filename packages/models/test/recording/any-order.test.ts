import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { deleteItems } from '@cumulus/dynamodb/items';
import { physicalTableName, type TableName } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal, sizeOf } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { type MessageRecords, recordsOfMessage } from '../../src/messages/message-records.ts';
import { type MessageRecorded, recordMessage } from '../../src/recording/record-message.ts';
import type { Granule } from '../../src/schemas/granule.ts';
import { createTables } from '../models/deployment.ts';

const client = createClient();
const { prefix } = ownTables();
const tableName = (name: TableName): string => physicalTableName(prefix, name);
const target = { client, tableName };
const RECORDED = ['ExecutionsTable', 'FilesTable', 'GranulesTable', 'PdrsTable'] as const;

/** What a run says of a granule. */
interface RunGranule {
  /** The numbers of its files. */
  readonly files: readonly number[];
  readonly isPublished: boolean;
}

/** An event about a workflow, as it will be sent. */
interface Event {
  readonly workflow: number;
  readonly collection: string;
  readonly provider: string;
  readonly start: number;
  readonly status: 'running' | 'completed' | 'failed';
  readonly redriveCount: number;
  readonly time: number;
  readonly granules: Readonly<Record<string, RunGranule>>;
  readonly isNoticeSent: boolean;
}

function recordsOf(event: Event): MessageRecords {
  const { workflow, collection, provider, start, status, time, redriveCount, isNoticeSent } = event;
  const message = parseMessage({
    cumulus_meta: {
      execution_name: nameOf(event),
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: start,
      ...(status === 'running' ? {} : { workflow_stop_time: time }),
    },
    meta: {
      status,
      workflow_name: 'Ingest',
      collection: { name: collection, version: '006' },
      provider: { id: provider, protocol: 's3', host: 'bucket' },
      // Not every workflow knows of the PDR.
      ...(workflow === 0 ? { pdr: { name: 'shared.PDR' } } : {}),
    },
    payload: {
      pdr: { name: 'shared.PDR', ...(isNoticeSent ? { PANSent: true, PANmessage: noticeOf(event) } : {}) },
      running: status === 'running' ? ['arn'] : [],
      completed: status === 'completed' ? ['arn'] : [],
      granules: Object.entries(event.granules).map(([granuleId, { files, isPublished }]) => ({
        granuleId,
        // Each granule's files may be those of others, in the same message or another.
        files: files.map((number) => ({ bucket: 'archive', key: `file-${number}`, size: number })),
        ...(isPublished ? { published: true, cmrLink: linkOf(event) } : {}),
      })),
    },
    exception: status === 'failed' ? { Error: 'Broken', Cause: `at ${time}` } : 'None',
  });
  return recordsOfMessage(message, { time, redriveCount });
}

function nameOf({ workflow }: Event): string {
  return `execution-${workflow}`;
}

function linkOf(event: Event): string {
  return `https://cmr/${event.workflow}-${attemptOf(event)}`;
}

function noticeOf(event: Event): string {
  return `notice ${event.workflow}-${attemptOf(event)}`;
}

/** An execution keeps the input that it was started with. */
function attemptOf({ status, redriveCount }: Event): string {
  return status === 'running' ? 'input' : String(redriveCount);
}

async function recordEvent(event: Event): Promise<MessageRecorded> {
  return recordMessage(target, recordsOf(event));
}

/** The event of which a record has its fields, by the order that docs/how-to/record-workflows.md promises. @param weightOf what counts before that */
function counting(events: readonly Event[], weightOf: (event: Event) => number = () => 0): Event {
  const rank = (event: Event): readonly (number | string)[] => {
    const { start, redriveCount, status, time } = event;
    return [weightOf(event), start, nameOf(event), redriveCount, status === 'running' ? 0 : 1, time];
  };
  const [first] = [...events].sort((a, b) => {
    const [ranksOfA, ranksOfB] = [rank(a), rank(b)];
    const index = ranksOfA.findIndex((value, place) => value !== ranksOfB[place]);
    return index === -1 ? 0 : (ranksOfA[index] ?? 0) > (ranksOfB[index] ?? 0) ? -1 : 1;
  });
  return first as Event;
}

/** What a granule has to be after these events, worked out from them alone. */
function granuleAfter(granuleId: string, events: readonly Event[]): object {
  const reported = events.filter(({ granules }) => granules[granuleId] !== undefined);
  const isPublished = (event: Event): boolean => event.granules[granuleId]?.isPublished === true;
  const run = counting(reported);
  const listsFiles = (event: Event): boolean => (event.granules[granuleId]?.files.length ?? 0) > 0;
  const last = counting(reported, (event) => {
    if (event.status === 'completed') return 3;
    return isPublished(event) ? 2 : Number(listsFiles(event));
  });
  return {
    status: run.status,
    execution: expect.stringMatching(new RegExp(`:${nameOf(run)}$`)),
    createdAt: run.start,
    updatedAt: run.time,
    error: run.status === 'failed' ? { Error: 'Broken', Cause: `at ${run.time}` } : undefined,
    collectionId: `${run.collection}___006`,
    files: last.granules[granuleId]?.files.map((number) => ({
      bucket: 'archive',
      key: `file-${number}`,
      size: number,
    })),
    productVolume: last.granules[granuleId]?.files.reduce((sum, size) => sum + size, 0),
    published: isPublished(last),
    cmrLink: isPublished(last) ? linkOf(last) : undefined,
    provider: last.provider,
    pdrName: last.workflow === 0 ? 'shared.PDR' : undefined,
  };
}

/** The same of the PDR that all workflows report. */
function pdrAfter(events: readonly Event[]): object {
  const run = counting(events);
  const last = counting(events, ({ status, isNoticeSent }) => (status === 'completed' ? 2 : isNoticeSent ? 1 : 0));
  return {
    status: run.status,
    createdAt: run.start,
    provider: run.provider,
    progress: run.status === 'running' ? 0 : 100 * Number(run.status === 'completed'),
    PANSent: last.isNoticeSent,
    PANmessage: last.isNoticeSent ? noticeOf(last) : 'N/A',
  };
}

async function expectAfter(events: readonly Event[]): Promise<void> {
  for (const granuleId of idsIn(events)) {
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName: tableName('GranulesTable'), Key: { granuleId: { S: granuleId } } }),
    );
    const { error, cmrLink, pdrName, ...granule } = unmarshall(Item);
    expect({ error, cmrLink, pdrName, ...granule }).toMatchObject(granuleAfter(granuleId, events));
  }
  expect(await recordedPdr()).toMatchObject(pdrAfter(events));
}

async function recordedPdr(): Promise<Record<string, unknown>> {
  const Key = { pdrName: { S: 'shared.PDR' } };
  const { Item = {} } = await client.send(new GetItemCommand({ TableName: tableName('PdrsTable'), Key }));
  return unmarshall(Item);
}

function idsIn(events: readonly Event[]): readonly string[] {
  return [...new Set(events.flatMap(({ granules }) => Object.keys(granules)))];
}

async function tables(): Promise<Record<string, unknown>> {
  const contents = await Promise.all(
    RECORDED.map(async (name) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName(name), ConsistentRead: true }));
      const sorted = Items.map((item) => JSON.stringify(sortedFields(item)));
      return [name, sorted.sort()];
    }),
  );
  return Object.fromEntries(contents);
}

/** The same with the fields of all objects in order, which DynamoDB does not keep. */
function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return fields.map(([name, field]) => [name, sortedFields(field)]);
}

const KEYS = {
  ExecutionsTable: ['arn'],
  FilesTable: ['bucket', 'key'],
  GranulesTable: ['granuleId'],
  PdrsTable: ['pdrName'],
};

async function empty(): Promise<void> {
  await Promise.all(
    RECORDED.map(async (name) => {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName(name), ConsistentRead: true }));
      const keys = Items.map((item) => Object.fromEntries(KEYS[name].map((key) => [key, item[key]?.S])));
      await deleteItems({ client, table: tableName(name) }, keys);
    }),
  );
}

/** Events in the order in which they happened, and as they are sent: each once at least, in any order, some again. */
interface Reported {
  readonly inOrder: readonly Event[];
  readonly reported: readonly Event[];
  readonly atOnce: boolean;
}

/** The events of one to three workflows about the same few granules. */
function events(collections: readonly string[], providers: readonly string[]): fc.Arbitrary<Reported> {
  const reported = fc.record({
    files: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
    isPublished: fc.boolean(),
  });
  return fc
    .array(
      fc.record({
        start: fc.integer({ min: 1000, max: 1002 }),
        collection: fc.constantFrom(...collections),
        provider: fc.constantFrom(...providers),
        // The last may still be running: undefined.
        ends: fc.array(fc.constantFrom('completed' as const, 'failed' as const, undefined), {
          minLength: 1,
          maxLength: 2,
        }),
        runs: fc.array(fc.dictionary(fc.constantFrom('granule-a', 'granule-b'), reported), {
          minLength: 3,
          maxLength: 3,
        }),
        noticesSent: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((workflows) =>
      workflows.flatMap(({ start, collection, provider, ends, runs, noticesSent }, workflow) =>
        ends.flatMap((end, redriveCount): Event[] => {
          const common = { workflow, collection, provider, start, redriveCount };
          const time = start + 10 * redriveCount;
          const of = (run: number) => ({ granules: runs[run] ?? {}, isNoticeSent: noticesSent[run] === true });
          // A redriven execution runs on with the input that it was started with.
          const running: Event = { ...common, ...of(0), status: 'running', time: time + 1 };
          if (end === undefined) return [running];
          return [running, { ...common, ...of(redriveCount + 1), status: end, time: time + 5 }];
        }),
      ),
    )
    .chain((inOrder) =>
      fc.record({
        inOrder: fc.constant(inOrder),
        reported: fc
          .array(fc.nat({ max: inOrder.length - 1 }), { maxLength: 6 })
          .map((again) => [...inOrder, ...again.map((index) => inOrder[index] as Event)])
          .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        atOnce: fc.boolean(),
      }),
    );
}

async function recordAll({ reported, atOnce }: Reported): Promise<readonly (readonly [Event, MessageRecorded])[]> {
  if (atOnce) return Promise.all(reported.map(async (event) => [event, await recordEvent(event)] as const));
  const recorded: (readonly [Event, MessageRecorded])[] = [];
  for (const event of reported) recorded.push([event, await recordEvent(event)]);
  return recorded;
}

onDynamoDBLocal('events in any order, any number of times', () => {
  beforeAll(() => createTables(prefix, { tables: RECORDED }), 60_000);
  beforeEach(empty);
  afterAll(() => client.destroy());

  test('the tables end as they do when each event comes once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(events(['MOD09GQ'], ['podaac']), async (all) => {
        await empty();
        for (const event of all.inOrder) await recordEvent(event);
        await expectAfter(all.inOrder);
        const expected = await tables();
        await empty();
        await recordAll(all);
        expect(await tables()).toEqual(expected);
      }),
      { numRuns: sizeOf({ usual: 10, whole: 80 }) },
    );
  }, 300_000);

  test('ids of two collections, and of two providers, stay with whose they are, and each event of the other is reported', async () => {
    await fc.assert(
      fc.asyncProperty(events(['MOD09GQ', 'MOD14A1'], ['podaac', 'lpdaac']), async (all) => {
        await empty();
        const recorded = await recordAll(all);
        const holders = new Map<unknown, unknown>();
        for (const granuleId of idsIn(all.inOrder)) {
          const Key = { granuleId: { S: granuleId } };
          const { Item } = await client.send(new GetItemCommand({ TableName: tableName('GranulesTable'), Key }));
          holders.set(granuleId, Item?.['collectionId']?.S);
        }
        const { provider } = await recordedPdr();
        const isHeld = ({ granuleId, collectionId }: Granule): boolean => holders.get(granuleId) === collectionId;
        for (const [event, { granules, pdrFailure }] of recorded) {
          const foreign = recordsOf(event).granules.filter((granule) => !isHeld(granule));
          const errors = granules.failed.map(({ granuleId, error }) => [granuleId, error.message]);
          expect(errors).toEqual(
            foreign.map(({ granuleId, collectionId }) => [
              granuleId,
              expect.stringContaining(
                `Granule "${granuleId}" belongs to collection ${holders.get(granuleId)}, not to ${collectionId}.`,
              ),
            ]),
          );
          const ofPdr = `PDR "shared.PDR" belongs to provider ${provider}, not to ${event.provider}.`;
          expect(pdrFailure?.message.split('\n')[0]).toBe(event.provider === provider ? undefined : ofPdr);
        }
        // All is as if nobody else had reported what they hold.
        const actual = await tables();
        await empty();
        for (const event of all.inOrder) {
          const { pdr, ...records } = recordsOf(event);
          const granules = records.granules.filter(isHeld);
          await recordMessage(target, {
            ...records,
            granules,
            ...(pdr?.provider === provider ? { pdr } : {}),
          } as never);
        }
        expect(actual).toEqual(await tables());
      }),
      { numRuns: sizeOf({ usual: 6, whole: 40 }) },
    );
  }, 300_000);
});
