import { describe, expect, test } from '@jest/globals';
import { InvalidMessageError } from '../../src/messages/errors.ts';
import { followMessage } from '../../src/messages/large-message.ts';
import type { FetchText } from '../../src/payloads/fetch-from-s3.ts';
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

  test.each(['$', undefined])('the target %p is the whole message, over what is beside the pointer', async (path) => {
    const message = { cumulus_meta: { a: 1 }, replace: pointer(path) };
    const whole = { cumulus_meta: { b: 2 }, meta: {}, payload: [1] };
    expect(await followMessage(message, fetchFrom({ 'b/k': whole }))).toEqual(whole);
    expect(await followMessage(message, fetchFrom({ 'b/k': { payload: 1 } }))).toEqual({
      cumulus_meta: { a: 1 },
      payload: 1,
    });
  });

  test('an object at a path is merged with what is there, and the given message is not changed', async () => {
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

  test('what is no object takes the place of what is there, also deeper down', async () => {
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
