import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteItemCommand, PutItemCommand, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { client, createTable, stringKeyed } from '@cumulus/test-kit/tables';
import { afterEach, expect, test } from '@jest/globals';
import { proveByLiveTable } from '../../src/rehearsal/prove/prove-by-live-table.ts';
import { Scratch } from '../scratch.ts';
import { TimedStream } from './timed-stream.ts';

const scratch = new Scratch();
const streams: TimedStream[] = [];
afterEach(() => {
  for (const stream of streams.splice(0)) stream.client.destroy();
});

/** Longer than a stream's times are apart from those of the writes. */
const APART = 2_200;

type Values = Readonly<Record<string, string>>;

const itemsOf = (values: Values) => Object.entries(values).map(([id, value]) => ({ id: { S: id }, v: { S: value } }));

/** A live table, its stream, and an instant. */
interface Live {
  readonly table: string;
  readonly stream: TimedStream;
  readonly at: Date;
}

/** Makes a table have these items, one change after the other. */
async function change({ table, stream }: Pick<Live, 'table' | 'stream'>, before: Values, after: Values): Promise<void> {
  for (const Item of itemsOf(after).filter(({ id, v }) => before[id.S] !== v.S)) {
    await stream.make(() => client.send(new PutItemCommand({ TableName: table, Item })));
  }
  for (const id of Object.keys(before).filter((each) => !(each in after))) {
    await stream.make(() => client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } })));
  }
}

/** A table that had some items at an instant, and others now. */
async function tableWith(then: Values, now: Values, { hasStream = true, apart = APART } = {}): Promise<Live> {
  const table = scratch.tableName('ProvidersTable');
  const StreamSpecification = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;
  await createTable({ ...stringKeyed(table, ['id']), ...(hasStream ? { StreamSpecification } : {}) });
  const stream = new TimedStream();
  streams.push(stream);
  await change({ table, stream }, {}, then);
  await sleep(APART);
  const at = new Date();
  await sleep(apart);
  await change({ table, stream }, then, now);
  return { table, stream, at };
}

/** Proves a table that was restored with these items. */
async function prove({ table, stream, at }: Live, values: Values) {
  const restored = await createTable(stringKeyed(scratch.tableName('ProvidersTable'), ['id']), itemsOf(values));
  return proveByLiveTable({ client, streams: stream.client, table, restored, at, settleTime: 0 });
}

const THEN = { stays: 'a', changes: 'b', goes: 'c' };
const NOW = { stays: 'a', changes: 'B', comes: 'd' };

onDynamoDBLocal('a table that was restored to an instant', () => {
  test('is proved by the live table and what its stream takes back, and nothing else is', async () => {
    const live = await tableWith(THEN, NOW);
    const proof = { changed: 0, missing: 0, extra: 0 };
    const [right, later, altered, lacking, more] = await Promise.all([
      prove(live, THEN),
      // A change that came after the instant must not be in it.
      prove(live, { ...THEN, changes: 'B' }),
      prove(live, { ...THEN, stays: 'A' }),
      prove(live, { stays: 'a', changes: 'b' }),
      prove(live, { ...THEN, never: 'x' }),
    ]);
    expect(right).toEqual({ items: 3, outcome: 'proved', proof: { compared: 4, same: 1, ...proof, explained: 3 } });
    expect(later).toMatchObject({ outcome: 'failed', proof: { ...proof, changed: 1, explained: 2 } });
    expect(altered).toMatchObject({ outcome: 'failed', proof: { ...proof, changed: 1, same: 0 } });
    expect(lacking).toMatchObject({ outcome: 'failed', proof: { ...proof, missing: 1 } });
    expect(more).toMatchObject({ outcome: 'failed', proof: { ...proof, extra: 1 } });
    expect(more.failure).toMatch(/0 missing, 0 changed, 1 extra; the first of them: \{"S":"never"\} \(extra\)/);
  });

  test('without a stream is proved if it is equal, and otherwise neither proved nor refuted', async () => {
    const live = await tableWith(THEN, NOW, { hasStream: false });
    expect(await prove(live, NOW)).toMatchObject({ outcome: 'proved', proof: { same: 3, explained: 0 } });
    const differing = await prove(live, THEN);
    expect(differing).toMatchObject({ outcome: 'restored', proof: { changed: 1, missing: 1, extra: 1, same: 1 } });
    expect(differing.warning).toMatch(/the table has no stream of new and old images/);
  });

  test('is not refuted by a stream that begins later, or no longer reaches back', async () => {
    const live = await tableWith(THEN, NOW);
    const long = { ...live, at: new Date(Date.now() - 25 * 3_600_000) };
    expect((await prove(long, THEN)).warning).toMatch(/the stream of the table begins at/);
    const { table } = live;
    const off = { StreamEnabled: false };
    await client.send(new UpdateTableCommand({ TableName: table, StreamSpecification: off }));
    expect((await prove(live, THEN)).warning).toMatch(/no stream/);
  });

  test('may have a write of the second of the instant, or not', async () => {
    const live = await tableWith({ a: 'old' }, { a: 'new' }, { apart: 0 });
    const outcomes = await Promise.all(
      [{ a: 'old' }, { a: 'new' }, { a: 'other' }].map((values) => prove(live, values)),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['proved', 'proved', 'failed']);
  });
});
