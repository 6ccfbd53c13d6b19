import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { takeMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { InvalidMessageError, RemoteMessageError, RemoteMessageMissingError } from '../../src/messages/errors.ts';
import { type FetchText, fetchFromS3, followMessage } from '../../src/messages/large-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { realMessage } from './real-message.ts';

/** Reads out of an object, by `bucket/key`. */
function fetchFrom(objects: Readonly<Record<string, unknown>>): FetchText {
  return async (bucket, key) => JSON.stringify(objects[`${bucket}/${key}`]);
}

function pointer(TargetPath?: unknown, Key = 'k'): object {
  return { Bucket: 'b', Key, ...(TargetPath === undefined ? {} : { TargetPath }) };
}

async function violationsOf(message: unknown, fetch: FetchText): Promise<unknown> {
  const error = await followMessage(message, fetch).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InvalidMessageError);
  return (error as InvalidMessageError).violations;
}

describe('followMessage', () => {
  test('a message without a pointer is its own result', async () => {
    const message = realMessage('sync-granule');
    expect(await followMessage(message, fetchFrom({}))).toBe(message);
    for (const value of [null, 7, { replace: 'a text' }]) expect(await followMessage(value, fetchFrom({}))).toBe(value);
  });

  test.each(['$', undefined])(
    'the target %p is the whole message, over what stands beside the pointer',
    async (path) => {
      const message = { cumulus_meta: { a: 1 }, replace: pointer(path) };
      const whole = { cumulus_meta: { b: 2 }, meta: {}, payload: [1] };
      expect(await followMessage(message, fetchFrom({ 'b/k': whole }))).toEqual(whole);
      expect(await followMessage(message, fetchFrom({ 'b/k': { payload: 1 } }))).toEqual({
        cumulus_meta: { a: 1 },
        payload: 1,
      });
    },
  );

  test('an object at a path is merged with what stands there, and the given message is not changed', async () => {
    const message = { meta: { x: 1 }, payload: { kept: true, a: 1 }, replace: pointer('$.payload') };
    const before = structuredClone(message);
    expect(await followMessage(message, fetchFrom({ 'b/k': { a: 2, b: 3 } }))).toEqual({
      meta: { x: 1 },
      payload: { kept: true, a: 2, b: 3 },
    });
    expect(message).toEqual(before);
  });

  test('an object takes the place of what is none', async () => {
    const message = { payload: 'none', replace: pointer('$.payload') };
    expect(await followMessage(message, fetchFrom({ 'b/k': { a: 1 } }))).toEqual({ payload: { a: 1 } });
  });

  test('what is no object takes the place of what stands there, also deeper down', async () => {
    const message = { meta: { x: 1, input_granules: '' }, payload: {}, replace: pointer('$.meta.input_granules') };
    expect(await followMessage(message, fetchFrom({ 'b/k': [1, 2] }))).toEqual({
      meta: { x: 1, input_granules: [1, 2] },
      payload: {},
    });
  });

  test.each([
    [{ Error: 'here' }, 'None', { Error: 'here' }],
    [{ Error: 'here' }, undefined, { Error: 'here' }],
    [{ Error: 'here' }, { Error: 'there' }, { Error: 'there' }],
    ['None', { Error: 'there' }, { Error: 'there' }],
    ['None', null, null],
  ])('of the exceptions %j beside the pointer and %j in the object, %j is kept', async (here, there, kept) => {
    const message = { exception: here, replace: pointer('$') };
    expect(await followMessage(message, fetchFrom({ 'b/k': { exception: there } }))).toEqual({ exception: kept });
  });

  test('a pointer that leads to a pointer is followed, one that leads in a circle is not', async () => {
    const first = { replace: pointer('$', '1') };
    const second = { payload: '', replace: pointer('$.payload', '2') };
    expect(await followMessage(first, fetchFrom({ 'b/1': second, 'b/2': { a: 1 } }))).toEqual({ payload: { a: 1 } });
    expect(await violationsOf(first, fetchFrom({ 'b/1': first }))).toEqual([
      { path: 'replace', message: 'still a pointer after 5 objects' },
    ]);
  });

  test.each([
    ['replace.Bucket', { Key: 'k' }],
    ['replace.Key', { Bucket: 'b', Key: '' }],
    ['replace.TargetPath', pointer('payload')],
    ['replace.TargetPath', pointer('$.payload[*]')],
    ['replace.TargetPath', pointer(7)],
    ['replace.TargetPath', pointer('$.absent')],
    ['replace.TargetPath', pointer('$.payload.absent.deeper')],
    ['replace.TargetPath', pointer('$.__proto__')],
    ['replace.TargetPath', pointer('$.constructor')],
  ])('a damaged pointer is refused: %s of %j', async (path, replace) => {
    expect(await violationsOf({ payload: {}, replace }, fetchFrom({ 'b/k': {} }))).toMatchObject([{ path }]);
  });

  test('what is fetched and no JSON is refused, with its place', async () => {
    expect(await violationsOf({ replace: pointer() }, async () => '{"payload": ')).toEqual([
      { path: 'replace', message: 's3://b/k does not hold JSON' },
    ]);
  });
});

const moto = await takeMoto();

(moto ? describe : describe.skip)(moto ? 'fetchFromS3' : 'fetchFromS3 (skipped: no moto_server that runs)', () => {
  const client = new S3Client({
    endpoint: moto?.endpoint ?? '',
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const fetch = fetchFromS3(client);

  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'system' }));
  });
  afterAll(async () => {
    client.destroy();
  });

  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: 'system', Key, Body }));

  test('a large message that lies in S3 gives the records that it would give itself', async () => {
    const message = realMessage('sync-granule');
    const granules = Array.from({ length: 5000 }, (_, number) => ({ granuleId: `gränule ${number}`, files: [] }));
    await put('events/whole', JSON.stringify({ ...message, payload: { granules } }));
    await put('events/payload', JSON.stringify({ granules }));
    const time = { time: 1519146507212 };
    const expected = recordsOfMessage(parseMessage({ ...message, payload: { granules } }), time);
    expect(expected.granules.length).toBe(5000);

    const replace = { Bucket: 'system', Key: 'events/whole', TargetPath: '$' };
    const whole = await followMessage({ cumulus_meta: message.cumulus_meta, replace }, fetch);
    expect(recordsOfMessage(parseMessage(whole), time)).toEqual(expected);

    const part = await followMessage(
      { ...message, payload: {}, replace: { Bucket: 'system', Key: 'events/payload', TargetPath: '$.payload' } },
      fetch,
    );
    expect(recordsOfMessage(parseMessage(part), time)).toEqual(expected);
  });

  test('an object or bucket that is not there is reported by name', async () => {
    const error = await fetch('system', 'events/gone').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteMessageMissingError);
    expect(error).toMatchObject({ bucket: 'system', key: 'events/gone' });
    await expect(fetch('no-such-bucket', 'k')).rejects.toThrow(/^s3:\/\/no-such-bucket\/k, .* does not exist\./);
  });

  test('an object with nothing in it is no message', async () => {
    await put('events/empty', ' ');
    const replace = { Bucket: 'system', Key: 'events/empty' };
    await expect(followMessage({ replace }, fetch)).rejects.toThrow(InvalidMessageError);
  });

  test('an S3 that does not answer is another error, since the object may well be there', async () => {
    const unreachable = new S3Client({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const error = await fetchFromS3(unreachable)('system', 'k').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteMessageError);
    expect(error).not.toBeInstanceOf(RemoteMessageMissingError);
    unreachable.destroy();
  });
});
