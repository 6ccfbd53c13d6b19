import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { InterruptedError, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { StoppedError } from '@cumulus/dynamodb/backup';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { ownBucket } from '@cumulus/test-kit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CleanPayloadsOptions } from '../../src/payloads/clean-execution.ts';
import { cleanPayloads } from '../../src/payloads/clean-payloads.ts';
import { payloadPlace } from '../../src/payloads/payload-place.ts';
import { withPointers } from '../../src/payloads/pointer.ts';
import { putPayloads } from '../../src/payloads/put-payloads.ts';
import type { Execution } from '../../src/schemas/execution.ts';
import { Deployment } from '../models/deployment.ts';
import { onS3, unreachableS3 } from './own-s3.ts';

const PLACE = payloadPlace('system', 'stack');
const BEFORE = 1_000;
const OLD = BEFORE - 1;
const NONE = { executions: 0, cleaned: 0, objects: 0, changed: 0, left: 0 };

await onS3('cleaning payloads', (moto) => {
  const [bucket, elsewhere] = [ownBucket(moto, PLACE.bucket), ownBucket(moto, 'elsewhere')];
  const deployment = new Deployment({ tables: ['ExecutionsTable'] });
  const table = deployment.table('ExecutionsTable');
  const common: CleanPayloadsOptions = {
    client: deployment.client,
    table,
    before: BEFORE,
    statuses: ['completed', 'failed'],
    place: PLACE,
    s3: bucket.s3,
  };
  const clean = (options: Partial<CleanPayloadsOptions> = {}) => cleanPayloads({ ...common, ...options });
  const noS3 = { s3: () => Promise.reject(new Error('S3 is not needed.')) };
  const noRemoving = { s3: async () => failingAfter(0, moto.s3) };
  const small = { small: true };

  beforeEach(async () => {
    for (const key of await bucket.keys()) await bucket.remove(key);
  });

  function execution(name: string, more: Partial<Execution> & { removedPayloads?: unknown } = {}): Execution {
    return {
      arn: `arn:aws:states:us-east-1:1:execution:Ingest:${name}`,
      name,
      status: 'completed',
      createdAt: 1,
      timestamp: OLD,
      updatedAt: OLD,
      originalPayload: small,
      finalPayload: small,
      ...more,
    };
  }

  /** Writes an execution whose payloads lie in S3. */
  async function large(name: string, fields: readonly ('originalPayload' | 'finalPayload')[]): Promise<Execution> {
    const value = { text: name.repeat(100_000) };
    const whole = execution(name, Object.fromEntries(fields.map((field) => [field, value])));
    const { record, payloads } = withPointers(whole, fields, PLACE);
    await putPayloads(moto.s3, payloads);
    await put(record);
    return record;
  }

  const put = (...records: readonly Execution[]) =>
    Promise.all(records.map((record) => deployment.put('ExecutionsTable', { ...record })));
  const item = ({ arn }: Execution) => deployment.item('ExecutionsTable', { arn });

  function without({ originalPayload: _, finalPayload: _final, ...others }: Execution): PlainItem {
    return others;
  }

  test('takes the payloads of old executions that have ended, and nothing else', async () => {
    const [old, running, recent, unknown] = [
      execution('old', { error: { Error: 'E' }, tasks: { 0: {} } }),
      execution('running', { status: 'running' }),
      execution('recent', { updatedAt: BEFORE }),
      execution('unknown', { status: 'unknown' }),
    ];
    const { updatedAt: _, ...untouched } = execution('by its timestamp', { status: 'failed' });
    const { updatedAt: _updated, timestamp: _timestamp, ...timeless } = execution('timeless');
    await put(old, running, recent, unknown, untouched, timeless);
    expect(await clean(noRemoving)).toEqual({ ...NONE, executions: 6, cleaned: 2 });
    expect(await item(old)).toEqual(without(old));
    expect(await item(untouched)).toEqual(without(untouched));
    for (const record of [running, recent, unknown, timeless]) expect(await item(record)).toEqual(record);
    expect(await clean(noS3)).toEqual({ ...NONE, executions: 6 });
    expect(await clean({ ...noRemoving, statuses: ['running'] })).toMatchObject({ cleaned: 1 });
    expect(await item(running)).toEqual(without(running));
  });

  test('removes from S3 what the pointers lead to, and leaves no note', async () => {
    const [both, one] = [await large('b', ['originalPayload', 'finalPayload']), await large('o', ['finalPayload'])];
    expect(await bucket.keys()).toHaveLength(3);
    expect(await clean()).toEqual({ ...NONE, executions: 2, cleaned: 2, objects: 3 });
    expect(await bucket.keys()).toEqual([]);
    expect(await item(both)).toEqual(without(both));
    expect(await item(one)).toEqual(without(one));
  });

  test('counts the same, and changes nothing, where it is only to count', async () => {
    const record = await large('d', ['originalPayload', 'finalPayload']);
    const keys = await bucket.keys();
    expect(await clean({ ...noRemoving, dryRun: true })).toEqual({ ...NONE, executions: 1, cleaned: 1, objects: 2 });
    expect(await item(record)).toEqual(record);
    expect(await bucket.keys()).toEqual(keys);
  });

  test('goes through any number of pages, and reports how far it is', async () => {
    const text = 'x'.repeat(80_000);
    await put(...Array.from({ length: 40 }, (_, number) => execution(`${number}`, { originalPayload: { text } })));
    const reported: number[] = [];
    const counts = await clean({ ...noRemoving, onProgress: ({ items }) => reported.push(items) });
    expect(counts).toEqual({ ...NONE, executions: 40, cleaned: 40 });
    expect(reported.length).toBeGreaterThan(2);
    expect(reported.at(-1)).toBe(40);
  });

  test('removes no object elsewhere than where the execution’s own are, and leaves the pointers to them', async () => {
    const others = await large('other', ['finalPayload']);
    const keys = await bucket.keys();
    const pointer = (Bucket: string, Key: string) => ({ replace: { Bucket, Key, TargetPath: '$' } });
    await elsewhere.put('k', '{}');
    const pointing = execution('p', {
      status: 'failed',
      originalPayload: pointer('elsewhere', 'k'),
      finalPayload: pointer(PLACE.bucket, keys[0] ?? ''),
      removedPayloads: [
        { bucket: 'elsewhere', key: 'k' },
        { bucket: PLACE.bucket, key: keys[0] },
      ],
    });
    await put(pointing);
    expect(await clean({ ...noS3, statuses: ['failed'] })).toEqual({ ...NONE, executions: 2, left: 4 });
    expect(await item(pointing)).toEqual(pointing);
    expect(await bucket.keys()).toEqual(keys);
    expect(await elsewhere.keys()).toEqual(['k']);
    expect(await item(others)).toEqual(others);
  });

  test('without a place takes what lies in the table, and leaves what lies in S3', async () => {
    const { place: _, ...placeless } = common;
    const record = await large('w', ['finalPayload']);
    expect(await cleanPayloads({ ...placeless, ...noS3 })).toEqual({ ...NONE, executions: 1, cleaned: 1, left: 1 });
    const { originalPayload: _original, ...left } = record;
    expect(await item(record)).toEqual(left);
    expect(await bucket.keys()).toHaveLength(1);
    expect(await clean()).toMatchObject({ cleaned: 1, objects: 1, left: 0 });
  });

  test('that S3 stops leaves no pointer to nothing, and the next one ends it', async () => {
    const record = await large('s', ['originalPayload', 'finalPayload']);
    const keys = await bucket.keys();
    // The second object cannot be removed; then no object can.
    for (const [removable, left] of [
      [1, 1],
      [0, 1],
    ] as const) {
      const failing = failingAfter(removable, moto.s3);
      const error = await clean({ s3: async () => failing }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoppedError);
      expect(String(error)).toMatch(/stopped; \d executions were cleaned: .*\n.*Run it again/s);
      expect(await bucket.keys()).toHaveLength(left);
      const now = await item(record);
      expect(now).toEqual({
        ...without(record),
        removedPayloads: [...keys].reverse().map((key) => ({ bucket: PLACE.bucket, key })),
      });
    }
    expect(await clean({ ...noS3, dryRun: true })).toEqual({ ...NONE, executions: 1, objects: 2 });
    expect(await clean()).toEqual({ ...NONE, executions: 1, objects: 2 });
    expect(await bucket.keys()).toEqual([]);
    expect(await item(record)).toEqual(without(record));
  });

  describe('that a record does not point to', () => {
    const old = { before: Date.now() + 3_600_000 };
    const fields = ['originalPayload', 'finalPayload', 'error', 'tasks'] as const;

    /** Puts what another attempt would have left: each field's object, and one whose name only looks like that. */
    async function leave(name: string): Promise<readonly string[]> {
      const value = { text: `another ${name}`.repeat(100_000) };
      const another = execution(name, Object.fromEntries(fields.map((field) => [field, value])));
      const { payloads } = withPointers(another, fields, PLACE);
      const inFolder = payloads.map((payload) => ({ ...payload, key: payload.key.replace('finalPayload-', 'old/$&') }));
      await putPayloads(moto.s3, [...payloads, ...inFolder.filter(({ key }) => key.includes('/old/'))]);
      return (await bucket.keys()).filter((key) => !/\/[0-9a-f]{64}\/(?:original|final)Payload-/.test(key));
    }

    test('go too, of executions that are cleaned, but for errors and tasks', async () => {
      const [cleaned, small] = [await large('c', ['finalPayload']), execution('s')];
      await put(small);
      await leave('c');
      const kept = await leave('s');
      const expected = { ...NONE, executions: 2, cleaned: 2, objects: 5 };
      expect(await clean({ ...noRemoving, ...old, dryRun: true })).toEqual(expected);
      expect(await item(cleaned)).toEqual(cleaned);
      expect(await bucket.keys()).toHaveLength(11);
      expect(await clean(old)).toEqual(expected);
      expect(await bucket.keys()).toEqual(kept);
      expect(kept.map((key) => key.split('/')[3]?.replace(/-.*/, ''))).toEqual([
        'error',
        'old',
        'tasks',
        'error',
        'old',
        'tasks',
      ]);
      for (const record of [cleaned, small]) expect(await item(record)).toEqual(without(record));
    });

    test('stay while their recording may be going on, and where the execution stays', async () => {
      await put(execution('recent'), execution('running', { status: 'running' }));
      for (const name of ['recent', 'running', 'of no record']) await leave(name);
      expect(await clean({ ...noRemoving, ...old, statuses: ['failed'] })).toEqual({ ...NONE, executions: 2 });
      expect(await clean(noRemoving)).toEqual({ ...NONE, executions: 2, cleaned: 1 });
      expect(await bucket.keys()).toHaveLength(15);
    });

    test('are noted before they are removed', async () => {
      const record = execution('n');
      await put(record);
      await leave('n');
      await expect(clean({ ...noRemoving, ...old })).rejects.toThrow(StoppedError);
      const now = await item(record);
      expect(now).toMatchObject({ removedPayloads: [{ bucket: PLACE.bucket }, { bucket: PLACE.bucket }] });
      expect(now).not.toHaveProperty('finalPayload');
      expect(await clean()).toEqual({ ...NONE, executions: 1, objects: 2 });
      expect(await item(record)).toEqual(without(record));
    });

    test('are not passed over where they may not be listed, which stops it before anything is changed', async () => {
      const record = await large('l', ['finalPayload']);
      const error = await clean({ s3: async () => refusing() }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StoppedError);
      expect(String(error)).toMatch(/0 executions were cleaned: No permission for ListBucket/);
      expect(String(error)).toContain('s3:ListBucket on arn:aws:s3:::system');
      expect(await item(record)).toEqual(record);
      expect(await bucket.keys()).toHaveLength(1);
    });
  });

  test('ends what was noted without taking what an event has brought back since', async () => {
    const record = await large('r', ['originalPayload', 'finalPayload']);
    const keys = await bucket.keys();
    const again = { ...record, removedPayloads: keys.map((key) => ({ bucket: PLACE.bucket, key })), updatedAt: BEFORE };
    await put(again);
    expect(await clean()).toEqual({ ...NONE, executions: 1 });
    expect(await bucket.keys()).toEqual(keys);
    expect(await item(again)).toEqual({ ...record, updatedAt: BEFORE });
  });

  test('leaves an execution that changed after it was read', async () => {
    const changes: readonly [string, Partial<Execution>][] = [
      ['by an event', { status: 'running', updatedAt: BEFORE }],
      ['by an event of the same time', { status: 'failed' }],
      ['by its beginning, recorded late', { originalPayload: { came: 'late' } }],
    ];
    for (const [name, change] of changes) {
      await deployment.empty('ExecutionsTable');
      const { originalPayload: _, ...record } = await large('c', ['finalPayload']);
      await deployment.put('ExecutionsTable', record);
      const changed: Execution = { ...record, ...change };
      // Between the reading and the writing.
      const client = beforeEachUpdate(common.client, () => deployment.put('ExecutionsTable', { ...changed }));
      expect([name, await clean({ ...noRemoving, client })]).toEqual([name, { ...NONE, executions: 1, changed: 1 }]);
      expect(await item(record)).toEqual(changed);
    }
    expect(await bucket.keys()).toHaveLength(1);
  });

  test('takes an update whose answer was lost for done', async () => {
    const record = await large('l', ['finalPayload']);
    let lost = 0;
    const client = Object.create(common.client) as typeof common.client;
    client.send = (async (command: object, ...others: readonly unknown[]) => {
      const send = () => (common.client.send as (...given: unknown[]) => Promise<unknown>)(command, ...others);
      if (command.constructor.name === 'UpdateItemCommand' && lost === 0) {
        lost += 1;
        await send();
      }
      return send();
    }) as typeof client.send;
    expect(await clean({ client })).toEqual({ ...NONE, executions: 1, cleaned: 1, objects: 1 });
    expect(await item(record)).toEqual(without(record));
    expect(await bucket.keys()).toEqual([]);
  });

  test('stops between executions when it is to', async () => {
    await put(...Array.from({ length: 30 }, (_, number) => execution(`${number}`)));
    const interruption = new AbortController();
    const client = beforeEachUpdate(common.client, async () => interruption.abort());
    const error = await clean({ ...noRemoving, client, abortSignal: interruption.signal }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InterruptedError);
    expect(String(error)).toMatch(/was interrupted; 8 executions were cleaned\./);
    expect(await clean(noRemoving)).toEqual({ ...NONE, executions: 30, cleaned: 22 });
  });

  test('of a table that does not exist names it', async () => {
    await expect(clean({ table: 'no-such-ExecutionsTable' })).rejects.toThrow(TableNotFoundError);
  });
});

async function deleteObject(client: S3Client, Key: string): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: PLACE.bucket, Key }));
}

/** A client that lists objects, removes some, and then is refused. */
function failingAfter(removable: number, working: S3Client): S3Client {
  let removed = 0;
  return answering(async (input) => {
    if (!('Key' in input)) return working.send(new ListObjectsV2Command(input as ListObjectsV2CommandInput));
    removed += 1;
    if (removed > removable) throw refusal();
    await deleteObject(working, input.Key as string);
    return { $metadata: {} };
  });
}

/** A client that is refused whatever it asks for. */
function refusing(): S3Client {
  return answering(() => Promise.reject(refusal()));
}

/** A client that asks no S3. */
function answering(answer: (input: object) => Promise<object>): S3Client {
  const client = unreachableS3();
  client.middlewareStack.add(() => async (args) => ({ output: await answer(args.input), response: {} }) as never, {
    step: 'initialize',
  });
  return client;
}

function refusal(): S3ServiceException {
  const $metadata = { httpStatusCode: 403 };
  return new S3ServiceException({ name: 'AccessDenied', $fault: 'client', message: 'not for you', $metadata });
}

/** A client that does something before each update of an item. */
function beforeEachUpdate(
  client: CleanPayloadsOptions['client'],
  act: () => Promise<void>,
): CleanPayloadsOptions['client'] {
  const acting = Object.create(client) as typeof client;
  acting.send = (async (command: object, ...others: readonly unknown[]) => {
    if (command.constructor.name === 'UpdateItemCommand') await act();
    return (client.send as (...given: unknown[]) => Promise<unknown>)(command, ...others);
  }) as typeof client.send;
  return acting;
}
