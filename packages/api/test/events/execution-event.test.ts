import { expect, test } from '@jest/globals';
import { InvalidEventError } from '../../src/events/errors.ts';
import { parseExecutionEvent } from '../../src/events/execution-event.ts';

const ARN = 'arn:aws:states:us-east-1:123456789012:execution:prod-Ingest:run-1';

/** An event in AWS's documented form. */
const EVENT = {
  version: '0',
  id: '315c1398-40ff-a850-213b-158f73e60175',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  account: '123456789012',
  time: '2019-02-26T19:42:21Z',
  region: 'us-east-1',
  resources: [ARN],
  detail: {
    executionArn: ARN,
    stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:prod-Ingest',
    name: 'run-1',
    status: 'FAILED',
    startDate: 1551225146847,
    stopDate: 1551225151881,
    input: '{}',
    output: null,
    inputDetails: { included: true },
    outputDetails: null,
    error: null,
    cause: null,
  },
};

function problemsOf(event: unknown): readonly string[] {
  try {
    parseExecutionEvent(event);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    return error.violations.map(({ path }) => path);
  }
}

test('what an event says is taken over; what it leaves open is undefined', () => {
  expect(parseExecutionEvent(EVENT)).toEqual({
    time: Date.UTC(2019, 1, 26, 19, 42, 21),
    executionArn: ARN,
    status: 'FAILED',
    startTime: 1551225146847,
    stopTime: 1551225151881,
    input: '{}',
    output: undefined,
    redriveCount: 0,
    error: undefined,
    cause: undefined,
  });
  const redriven = { ...EVENT, detail: { ...EVENT.detail, redriveCount: 2, error: 'E', cause: 'C' } };
  expect(parseExecutionEvent(redriven)).toMatchObject({ redriveCount: 2, error: 'E', cause: 'C' });
});

test.each([
  ['no object', 'text', ['']],
  ['an event of another kind', { ...EVENT, source: 'aws.ec2', 'detail-type': 'x' }, ['source', 'detail-type']],
  ['no detail', { ...EVENT, detail: undefined }, ['detail']],
  ['a time that is none', { ...EVENT, time: 'yesterday' }, ['time']],
  [
    'wrong details, all reported at once',
    {
      ...EVENT,
      detail: {
        ...EVENT.detail,
        executionArn: 'run-1',
        status: 'DONE',
        startDate: '2019',
        stopDate: -1,
        redriveCount: 0.5,
      },
    },
    ['detail.executionArn', 'detail.status', 'detail.startDate', 'detail.stopDate', 'detail.redriveCount'],
  ],
  ['an input that is no text', { ...EVENT, detail: { ...EVENT.detail, input: {} } }, ['detail.input']],
] as const)('%s is refused, by its place', (_, event, places) => {
  expect(problemsOf(event)).toEqual(places);
});
