import { describe, expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { type MessageRecords, recordsOfMessage } from '../../src/messages/message-records.ts';
import { payloadPlace } from '../../src/payloads/payload-place.ts';
import { addressOf, isPayloadPointer, MAX_INLINE_BYTES, POINTER_FIELDS } from '../../src/payloads/pointer.ts';
import { MAX_ITEM_BYTES, storedSize } from '../../src/schemas/storage-limits.ts';

const PLACE = payloadPlace('system', 'stack');

const large = (letter: string) => ({ text: letter.repeat(MAX_INLINE_BYTES) });

function recordsOf(parts: object, place = PLACE, name = 'run'): MessageRecords {
  const { status = 'completed', tasks, ...others } = parts as { status?: string; tasks?: object };
  const message = parseMessage({
    cumulus_meta: {
      execution_name: name,
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: 1000,
    },
    meta: { status, workflow_tasks: tasks, collection: { name: 'C', version: '1' } },
    ...others,
  });
  return recordsOfMessage(message, { time: 2000 }, place);
}

describe('a field that is too large for the table', () => {
  test('is a pointer into the place, and what that points to is its JSON', () => {
    const { execution, payloads, problems } = recordsOf({ payload: large('x') });
    expect(problems).toEqual([]);
    expect(payloads).toEqual([
      {
        bucket: 'system',
        key: expect.stringMatching(/^stack\/payloads\/[0-9a-f]{64}\/finalPayload-[0-9a-f]{64}\.json$/),
        text: JSON.stringify(large('x')),
      },
    ]);
    expect(execution.finalPayload).toEqual({
      replace: { Bucket: 'system', Key: payloads[0]?.key, TargetPath: '$' },
    });
  });

  test('is judged by itself: one that fits stays, however much stands beside it', () => {
    const fits = { text: 'x'.repeat(MAX_INLINE_BYTES - 100) };
    const { execution, payloads } = recordsOf({ payload: fits, exception: large('e'), tasks: large('t') });
    expect(execution.finalPayload).toEqual(fits);
    expect(payloads.map(({ key }) => key.replace(/^.*\/|-.*$/g, ''))).toEqual(['error', 'tasks']);
  });

  test('leaves a record that DynamoDB takes, also where all of them are as large as can be', () => {
    const most = { text: 'x'.repeat(MAX_INLINE_BYTES - 100) };
    const { execution } = recordsOf({ payload: most, exception: most, tasks: most });
    expect(storedSize({ ...execution, originalPayload: most })).toBeLessThan(MAX_ITEM_BYTES);
    expect(POINTER_FIELDS).toHaveLength(4);
  });

  test('is what it would be in the table: what DynamoDB cannot hold is its JSON text', () => {
    const { payloads } = recordsOf({ payload: { ...large('x'), big: 1e300 } });
    expect(JSON.parse(payloads[0]?.text ?? '')).toEqual({ ...large('x'), big: '1e+300' });
  });

  test('has a key of its own for each execution, field and content, and the same one each time', () => {
    const keysOf = (parts: object, name?: string) => recordsOf(parts, PLACE, name).payloads.map(({ key }) => key);
    const keys = [
      keysOf({ payload: large('x') }),
      keysOf({ payload: large('y') }),
      keysOf({ payload: large('x') }, 'other'),
      keysOf({ payload: large('x'), status: 'running' }),
    ].flat();
    expect(new Set(keys).size).toBe(4);
    expect(keysOf({ payload: large('x'), status: 'failed' })).toEqual([keys[0]]);
  });

  test('as an error it is the same pointer in the granules, whose records are made all the same', () => {
    const granules = [{ granuleId: 'a' }, { granuleId: 'b' }];
    const reported = { exception: { Cause: 'x'.repeat(MAX_ITEM_BYTES) }, payload: { granules } };
    const { execution, granules: recorded, payloads, problems } = recordsOf(reported);
    expect(problems).toEqual([]);
    expect(payloads).toHaveLength(1);
    expect(isPayloadPointer(execution.error)).toBe(true);
    expect(recorded.map(({ error }) => error)).toEqual([execution.error, execution.error]);
  });
});

test('only what is no more than a pointer is one', () => {
  const replace = { Bucket: 'b', Key: 'k', TargetPath: '$' };
  expect(addressOf({ replace })).toEqual({ bucket: 'b', key: 'k' });
  for (const value of [
    { replace, more: 1 },
    { replace: { ...replace, TargetPath: '$.payload' } },
    { replace: { ...replace, Bucket: 7 } },
    { replace: 'text' },
    [replace],
    'text',
    undefined,
  ]) {
    expect(isPayloadPointer(value)).toBe(false);
  }
});
