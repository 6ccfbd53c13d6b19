import { describe, expect, test } from '@jest/globals';
import { parseMessage, withExecutionState } from '../../src/messages/cumulus-message.ts';
import { InvalidMessageError } from '../../src/messages/errors.ts';
import { executionArnOf, executionUrlOf } from '../../src/messages/execution-arn.ts';
import { realMessage } from './real-message.ts';

/** The smallest message of which a record can be made. */
const SMALLEST = {
  cumulus_meta: {
    execution_name: 'run1',
    state_machine: 'arn:aws:states:eu-west-1:123456789012:stateMachine:Ingest',
    workflow_start_time: 1519146447212,
  },
  meta: { status: 'running' },
};

/** What is wrong with a message, by path. */
function violationsOf(message: unknown): readonly string[] {
  try {
    parseMessage(message);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidMessageError);
    return (error as InvalidMessageError).violations.map(({ path }) => path);
  }
  return [];
}

describe('parseMessage', () => {
  test('takes every real message, and keeps all of it', () => {
    for (const name of ['sync-granule', 'post-to-cmr', 'parse-pdr', 'pdr-status-check', 'discover-pdrs'] as const) {
      expect(parseMessage(realMessage(name))).toEqual(realMessage(name));
    }
  });

  test('takes a message with no more than every record needs', () => {
    expect(parseMessage(SMALLEST)).toEqual(SMALLEST);
  });

  test('takes null for what may be missing', () => {
    const { cumulus_meta, meta } = SMALLEST;
    const message = {
      cumulus_meta: { ...cumulus_meta, workflow_stop_time: null, parentExecutionArn: null, asyncOperationId: null },
      meta: { ...meta, workflow_name: null, workflow_tasks: null, collection: null, provider: null, pdr: null },
      payload: null,
      exception: null,
    };
    expect(parseMessage(message)).toEqual(message);
  });

  test.each([undefined, null, 'a text', 7, []])('refuses %p as a whole', (message) => {
    expect(violationsOf(message)).toEqual(['']);
  });

  test.each([
    ['cumulus_meta', { meta: SMALLEST.meta }],
    ['meta', { cumulus_meta: SMALLEST.cumulus_meta }],
    ['cumulus_meta.execution_name', withMeta({ execution_name: '' })],
    ['cumulus_meta.execution_name', withMeta({ execution_name: 'x'.repeat(81) })],
    ['cumulus_meta.state_machine', withMeta({ state_machine: 'Ingest' })],
    ['cumulus_meta.workflow_start_time', withMeta({ workflow_start_time: undefined })],
    ['cumulus_meta.workflow_start_time', withMeta({ workflow_start_time: '2018-02-20' })],
    ['cumulus_meta.workflow_start_time', withMeta({ workflow_start_time: 9e15 })],
    ['meta.status', { ...SMALLEST, meta: {} }],
    ['meta.status', { ...SMALLEST, meta: { status: 'SUCCEEDED' } }],
  ])('names the path of what is wrong: %s', (path, message) => {
    expect(violationsOf(message)).toEqual([path]);
  });

  test('names everything that is wrong at once, also in its message', () => {
    const message = { cumulus_meta: { execution_name: 1, state_machine: 'x', workflow_start_time: 1 }, meta: {} };
    expect(violationsOf(message)).toEqual(['cumulus_meta.execution_name', 'cumulus_meta.state_machine', 'meta.status']);
    expect(() => parseMessage(message)).toThrow(/cumulus_meta\.state_machine: is not the ARN of a state machine/);
  });
});

function withMeta(more: object): object {
  return { ...SMALLEST, cumulus_meta: { ...SMALLEST.cumulus_meta, ...more } };
}

describe('withExecutionState', () => {
  /** What a rule sends: neither status nor times. */
  const input = {
    cumulus_meta: { execution_name: 'run1', state_machine: SMALLEST.cumulus_meta.state_machine, queueName: 'q' },
    meta: { workflow_name: 'Ingest' },
    payload: { granules: [] },
  };

  test('puts status and times into an input that knows neither, and leaves the input as it was', () => {
    const before = structuredClone(input);
    expect(withExecutionState(input, { status: 'failed', startTime: 1000, stopTime: 2000 })).toEqual({
      cumulus_meta: { ...input.cumulus_meta, workflow_start_time: 1000, workflow_stop_time: 2000 },
      meta: { workflow_name: 'Ingest', status: 'failed' },
      payload: { granules: [] },
    });
    expect(input).toEqual(before);
  });

  test('takes the place of what the message says of another time', () => {
    const message = {
      ...SMALLEST,
      cumulus_meta: { ...SMALLEST.cumulus_meta, workflow_stop_time: 5 },
      exception: 'None',
    };
    const exception = { Error: 'Timeout', Cause: '{}' };
    expect(withExecutionState(message, { status: 'running', startTime: 9, exception })).toEqual({
      cumulus_meta: { ...SMALLEST.cumulus_meta, workflow_start_time: 9 },
      meta: { status: 'running' },
      exception,
    });
  });

  test('keeps the exception of the message where none is given', () => {
    const message = { ...SMALLEST, exception: { Error: 'E' } };
    expect(withExecutionState(message, { status: 'failed', startTime: 1 }).exception).toEqual({ Error: 'E' });
  });

  test.each([null, 'text', {}, { cumulus_meta: [], meta: 7 }])('refuses what is no message: %p', (message) => {
    expect(() => withExecutionState(message, { status: 'running', startTime: 1 })).toThrow(InvalidMessageError);
  });
});

describe('the ARN and the address of an execution', () => {
  test('are made of the state machine, the name, and the region within', () => {
    const arn = 'arn:aws:states:eu-west-1:123456789012:execution:Ingest:run1';
    expect(executionArnOf(parseMessage(SMALLEST))).toBe(arn);
    expect(executionUrlOf(arn)).toBe(
      `https://console.aws.amazon.com/states/home?region=eu-west-1#/executions/details/${arn}`,
    );
  });

  test.each([
    ['aws-us-gov', 'us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
    ['aws-cn', 'cn-north-1', 'https://console.amazonaws.cn/'],
  ])('in the partition %s, the console is its own', (partition, region, console) => {
    const arn = `arn:${partition}:states:${region}:123456789012:execution:Ingest:run1`;
    expect(executionUrlOf(arn)).toBe(`${console}states/home?region=${region}#/executions/details/${arn}`);
  });

  test('only the part of the ARN that says so is replaced, not a name that holds the word', () => {
    const state_machine = 'arn:aws:states:us-east-1:1:stateMachine:my-stateMachine:stateMachine:x';
    const message = parseMessage({ ...SMALLEST, cumulus_meta: { ...SMALLEST.cumulus_meta, state_machine } });
    expect(executionArnOf(message)).toBe('arn:aws:states:us-east-1:1:execution:my-stateMachine:stateMachine:x:run1');
  });
});
