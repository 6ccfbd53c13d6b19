import { setTimeout as wait } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  GetExecutionHistoryCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answered } from '../kit/faults/answered.ts';
import { FaultProxy } from '../kit/faults/proxy.ts';
import { FunctionProcess, type Invoked } from './function-process.ts';
import { BUCKET, recordingEnvironment } from './recording-environment.ts';
import { cumulusMessage, type EventDetail, executionArnOf, executionEvent, type Status } from './workflow-events.ts';

const GRANULES = { granules: [{ granuleId: 'granule-1', files: [{ bucket: 'archive', key: 'file-1', size: 1 }] }] };

/** A step whose task fails: there is no such queue. */
const POST_TO_CMR = {
  Type: 'Task',
  Resource: 'arn:aws:states:::sqs:sendMessage',
  Parameters: { QueueUrl: 'http://127.0.0.1/123456789012/none', MessageBody: 'any' },
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.exception', Next: 'WorkflowFailed' }],
  Next: 'Done',
};
const DONE = { Type: 'Succeed' };
const WORKFLOW_FAILED = { Type: 'Fail', Cause: 'Workflow failed' };

interface History {
  readonly events: readonly { readonly id: number; readonly type: string }[];
}

const unchanged = (history: History): History => history;

// Step Functions and S3 are moto's, which really carries the state machines out.
describeUnless(await whyNoMoto(), 'what an event does not say itself', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const models = createModels({ client, tables: prefix });
  let stepFunctions: SFNClient;
  let recording: FunctionProcess;
  let proxy: FaultProxy;
  let change = unchanged;
  /** The ARNs of the state machines by their definitions. */
  const machines = new Map<string, string>();
  let executions = 0;

  beforeAll(async () => {
    await fetch(`${moto.endpoint}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    stepFunctions = new SFNClient({ endpoint: moto.endpoint });
    const environment = await recordingEnvironment(moto, prefix);
    const changed = answered('GetExecutionHistory', (history) => ({ ...change(history as unknown as History) }));
    proxy = await FaultProxy.start([changed], moto.endpoint);
    const AWS_ENDPOINT_URL = proxy.endpoint;
    recording = await FunctionProcess.start('record-execution-events', { ...environment, AWS_ENDPOINT_URL });
  }, 120_000);

  afterAll(async () => {
    await recording?.kill();
    await proxy?.stop();
    stepFunctions?.destroy();
    client.destroy();
  });

  /** Runs a workflow to its end. */
  async function ended(states: object, payload: object = GRANULES): Promise<DescribeExecutionOutput> {
    return endedBy((await begun(states, payload)).executionArn);
  }

  async function endedBy(executionArn: string | undefined): Promise<DescribeExecutionOutput> {
    for (;;) {
      const described = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') return described;
      await wait(50);
    }
  }

  /** Waits until an execution's history has an event of a type. */
  async function historyWith(type: string, executionArn: string | undefined): Promise<void> {
    for (;;) {
      const { events = [] } = await stepFunctions.send(new GetExecutionHistoryCommand({ executionArn }));
      if (events.some((event) => event.type === type)) return;
      await wait(50);
    }
  }

  async function machineOf(definition: string): Promise<string | undefined> {
    const known = machines.get(definition);
    if (known !== undefined) return known;
    const roleArn = 'arn:aws:iam::123456789012:role/workflows';
    const machine = new CreateStateMachineCommand({ name: `Ingest${machines.size}`, definition, roleArn });
    const { stateMachineArn = '' } = await stepFunctions.send(machine);
    machines.set(definition, stateMachineArn);
    return stateMachineArn;
  }

  async function begun(states: object, payload: object = GRANULES) {
    executions += 1;
    const name = `run-${executions}`;
    const stateMachineArn = await machineOf(JSON.stringify({ StartAt: Object.keys(states)[0], States: states }));
    // Messages name the state machine, from which the execution's ARN is made.
    const message = cumulusMessage(name, payload) as { cumulus_meta: object };
    const input = { ...message, cumulus_meta: { ...message.cumulus_meta, state_machine: stateMachineArn } };
    return stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  }

  /** The event of an execution's end, as EventBridge would deliver it. */
  function endOf(described: DescribeExecutionOutput, other: Partial<EventDetail> = {}): object {
    const { executionArn = '', name = '', status, startDate, stopDate, input = '{}', output, error, cause } = described;
    return executionEvent(stopDate?.getTime() ?? 0, {
      executionArn,
      name,
      status: status as Status,
      startDate: startDate?.getTime() ?? 0,
      stopDate: stopDate?.getTime() ?? 0,
      input: JSON.parse(input),
      ...(output === undefined ? {} : { output: JSON.parse(output) }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
      ...other,
    });
  }

  async function record(event: object): Promise<Invoked | undefined> {
    return recording.invoke(event);
  }

  test('names the step that failed and its error, by the history', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ SyncGranule: { Type: 'Pass', Next: 'PostToCmr' }, PostToCmr: uncaught, Done: DONE });
    expect(failed.status).toBe('FAILED');
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    const error = {
      error: 'SQS.SdkClientException',
      cause: expect.stringContaining('queue does not exist'),
      failedExecutionStepName: 'PostToCmr',
    };
    const arn = failed.executionArn ?? '';
    expect(await models.executions.get({ arn })).toMatchObject({ status: 'failed', error });
    expect(await models.granules.get({ granuleId: 'granule-1' })).toMatchObject({ status: 'failed', error });
  });

  test('takes the message as the failed step left it, with the exception that was caught', async () => {
    // What steps before it have done is in the message by then.
    const payload = { ...GRANULES, synced: true };
    const states = {
      SyncGranule: { Type: 'Pass', Result: payload, ResultPath: '$.payload', Next: 'PostToCmr' },
      PostToCmr: POST_TO_CMR,
      WorkflowFailed: WORKFLOW_FAILED,
      Done: DONE,
    };
    const failed = await ended(states, { granules: [] });
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: failed.executionArn ?? '' })).toMatchObject({
      finalPayload: payload,
      error: {
        Error: 'SQS.SdkClientException',
        Cause: expect.stringContaining('queue does not exist'),
        failedExecutionStepName: 'PostToCmr',
      },
    });
  });

  test('does not take for the cause what failed at first, and passed when it was tried again', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const { QueueUrl: _none, ...parameters } = POST_TO_CMR.Parameters;
    const later = { ...parameters, QueueUrl: `${moto.endpoint}/123456789012/later` };
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 30, BackoffRate: 1 }];
    const { executionArn } = await begun({
      PostToCmr: { ...uncaught, Parameters: later, Retry, ResultPath: '$.sent', Next: 'Invalid' },
      Invalid: { Type: 'Fail', Error: 'InvalidInput', Cause: 'no granule is valid' },
      Done: DONE,
    });
    await historyWith('TaskFailed', executionArn);
    const sqs = new SQSClient({ endpoint: moto.endpoint });
    await sqs.send(new CreateQueueCommand({ QueueName: 'later' }));
    sqs.destroy();
    const failed = await endedBy(executionArn);
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect((await models.executions.get({ arn: failed.executionArn ?? '' })).error).toEqual({
      Error: 'InvalidInput',
      Cause: 'no granule is valid',
      failedExecutionStepName: 'Invalid',
    });
  });

  test.each([
    ['Parallel', (steps: object) => ({ Type: 'Parallel', Branches: [steps], End: true })],
    ['Map', (steps: object) => ({ Type: 'Map', ItemsPath: '$.payload.granules', ItemProcessor: steps, End: true })],
  ])('names the step within a %s state, with its error', async (_, around) => {
    const { Catch: _catch, Next: _next, ...uncaught } = POST_TO_CMR;
    const steps = { StartAt: 'PostToCmr', States: { PostToCmr: { ...uncaught, End: true } } };
    const failed = await ended({ All: around(steps) });
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect((await models.executions.get({ arn: failed.executionArn ?? '' })).error).toMatchObject({
      error: 'SQS.SdkClientException',
      failedExecutionStepName: 'PostToCmr',
    });
  });

  test('takes the message as a Parallel state left it that caught the error of a step within', async () => {
    const { Catch, Next: _next, ...uncaught } = POST_TO_CMR;
    const steps = { StartAt: 'PostToCmr', States: { PostToCmr: { ...uncaught, End: true } } };
    const failed = await ended({
      All: { Type: 'Parallel', Branches: [steps], Catch, Next: 'Done' },
      WorkflowFailed: WORKFLOW_FAILED,
      Done: DONE,
    });
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: failed.executionArn ?? '' })).toMatchObject({
      finalPayload: GRANULES,
      error: { Error: 'SQS.SdkClientException', failedExecutionStepName: 'PostToCmr' },
    });
  });

  test('names the Fail state within a Map state that caught it, with its words', async () => {
    const reject = { StartAt: 'Reject', States: { Reject: { Type: 'Fail', Error: 'BadGranule', Cause: 'too old' } } };
    const failed = await ended({
      All: {
        Type: 'Map',
        ItemsPath: '$.payload.granules',
        ItemProcessor: reject,
        Catch: POST_TO_CMR.Catch,
        Next: 'Done',
      },
      WorkflowFailed: WORKFLOW_FAILED,
      Done: DONE,
    });
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: failed.executionArn ?? '' })).toMatchObject({
      finalPayload: GRANULES,
      error: { Error: 'BadGranule', Cause: 'too old', failedExecutionStepName: 'Reject' },
    });
  });

  test.each([
    ['is no whole message', { cumulus_meta: {} }],
    [
      'has left its message in S3, where it is gone',
      { cumulus_meta: {}, replace: { Bucket: BUCKET, Key: 'gone.json', TargetPath: '$' } },
    ],
  ])('takes the input where what caught the error %s', async (_, Result) => {
    const failed = await ended({
      SyncGranule: { Type: 'Pass', Result, Next: 'PostToCmr' },
      PostToCmr: POST_TO_CMR,
      WorkflowFailed: WORKFLOW_FAILED,
      Done: DONE,
    });
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: failed.executionArn ?? '' })).toMatchObject({
      finalPayload: GRANULES,
      error: { error: 'SQS.SdkClientException', failedExecutionStepName: 'PostToCmr' },
    });
  });

  test('names the Fail state of an execution in which nothing else failed, with its words', async () => {
    const states = {
      IsValid: { Type: 'Choice', Choices: [{ Variable: '$.meta', IsPresent: true, Next: 'Invalid' }], Default: 'Done' },
      Invalid: { Type: 'Fail', Error: 'InvalidInput', Cause: 'no granule is valid' },
      Done: DONE,
    };
    const failed = await ended(states);
    expect(await record(endOf(failed))).toEqual({ result: undefined });
    expect((await models.executions.get({ arn: failed.executionArn ?? '' })).error).toEqual({
      Error: 'InvalidInput',
      Cause: 'no granule is valid',
      failedExecutionStepName: 'Invalid',
    });
  });

  test('names the step in which an execution was aborted, with the words of who did it', async () => {
    const waits = {
      SyncGranule: { Type: 'Pass', Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 600, Next: 'Done' },
      Done: DONE,
    };
    const { executionArn } = await begun(waits);
    await historyWith('WaitStateEntered', executionArn);
    await stepFunctions.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'wrong input' }));
    // moto's thread may take a moment to stop.
    const aborted = await endedBy(executionArn);
    const event = endOf(aborted, { error: 'Operator', cause: 'wrong input' });
    expect(await record(event)).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: executionArn ?? '' })).toMatchObject({
      status: 'failed',
      error: { Error: 'Operator', Cause: 'wrong input', failedExecutionStepName: 'Wait' },
    });
  });

  test('fetches the input and the output that are too large for an event', async () => {
    const succeeded = await ended({ SyncGranule: { Type: 'Pass', End: true } });
    const { input: _input, output: _output, ...others } = succeeded;
    const without = (status: Status) => {
      const event = endOf({ ...others, input: '{}', output: '{}' } as DescribeExecutionOutput, { status }) as {
        detail: object;
      };
      const left = { input: null, inputDetails: { included: false }, output: null, outputDetails: { included: false } };
      return { ...event, detail: { ...event.detail, ...left } };
    };
    expect(await record(without('RUNNING'))).toEqual({ result: undefined });
    const arn = succeeded.executionArn ?? '';
    expect(await models.executions.get({ arn })).toMatchObject({ status: 'running', originalPayload: GRANULES });
    expect(await record(without('SUCCEEDED'))).toEqual({ result: undefined });
    expect(await models.executions.get({ arn })).toMatchObject({ status: 'completed', finalPayload: GRANULES });

    const unknown = without('RUNNING');
    const young = { ...unknown, detail: { ...unknown.detail, executionArn: `${arn}-unknown` } };
    expect(await record(young)).toEqual({
      error: expect.objectContaining({
        name: 'ExecutionNotVisibleYetError',
        message: expect.stringMatching(/does not have .*-unknown yet: its input/),
      }),
    });
    expect(await record({ ...young, time: '2020-01-01T00:00:00Z' })).toEqual({
      error: expect.objectContaining({
        name: 'MessageUnavailableError',
        message: expect.stringMatching(/has no input, and Step Functions does not have it either/),
      }),
    });
  });

  test('records an execution under its own name, also if it was started with the message of another', async () => {
    const begin = { startDate: 1_000, status: 'RUNNING' as const };
    const [original, copy] = ['original', 'copy'].map((name) =>
      executionEvent(1_000, { ...begin, name, input: cumulusMessage('original', { ...GRANULES, of: name }) }),
    );
    expect(await record(original ?? {})).toEqual({ result: undefined });
    expect(await record(copy ?? {})).toEqual({ result: undefined });
    for (const name of ['original', 'copy']) {
      const execution = await models.executions.get({ arn: executionArnOf(name) });
      expect(execution).toMatchObject({ name, originalPayload: { of: name } });
      expect(execution.execution).toContain(executionArnOf(name));
    }
  });

  test('reads what a message left in S3; fails as long as that is not there', async () => {
    const name = 'remote';
    const whole = cumulusMessage(name, { ...GRANULES, from: 'S3' });
    const { cumulus_meta } = whole as { readonly cumulus_meta: object };
    const Key = 'events/remote.json';
    const output = { cumulus_meta, replace: { Bucket: BUCKET, Key, TargetPath: '$' } };
    const event = executionEvent(2_000, { name, status: 'SUCCEEDED', startDate: 1_000, stopDate: 2_000, output });
    expect(await record(event)).toEqual({
      error: expect.objectContaining({ message: expect.stringContaining(`s3://${BUCKET}/${Key}`) }),
    });
    await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(whole) }));
    expect(await record(event)).toEqual({ result: undefined });
    const { executionArn } = (event as { detail: { executionArn: string } }).detail;
    expect((await models.executions.get({ arn: executionArn })).finalPayload).toMatchObject({ from: 'S3' });
  });

  // moto redrives nothing, and its answers do not lag: its history is changed here to AWS's documented form.
  async function recordedThrough(changed: typeof change, event: object): Promise<Invoked | undefined> {
    change = changed;
    return record(event).finally(() => {
      change = unchanged;
    });
  }

  /** Goes on with a history after its end: it is redriven, and then comes what is given. */
  function redriven(redriveCount: number, ...then: readonly object[]): (history: History) => History {
    return ({ events }) => {
      const last = Math.max(...events.map(({ id }) => id));
      const redrive = { type: 'ExecutionRedriven', executionRedrivenEventDetails: { redriveCount } };
      const more = [redrive, ...then].map((event, index) => ({
        timestamp: 1_900_000_000,
        id: last + index + 1,
        previousEventId: last + index,
        ...event,
      }));
      return { events: [...events, ...(more as unknown as History['events'])] };
    };
  }

  const entered = (type: string, name: string) => ({ type, stateEnteredEventDetails: { name, input: '{}' } });
  const failedAgain = { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'Later', cause: 'later' } };

  test('reports the failure of the attempt that the event is about, whenever it is handled', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ PostToCmr: uncaught, Done: DONE });
    const taskFailedEventDetails = { error: 'Later', cause: 'later', resource: 'r', resourceType: 's' };
    const later = redriven(
      1,
      entered('TaskStateEntered', 'Later'),
      { type: 'TaskFailed', taskFailedEventDetails },
      failedAgain,
    );
    const arn = failed.executionArn ?? '';
    const stepOf = async () => (await models.executions.get({ arn })).error?.['failedExecutionStepName'];
    expect(await recordedThrough(later, endOf(failed))).toEqual({ result: undefined });
    expect(await stepOf()).toBe('PostToCmr');
    expect(await recordedThrough(later, endOf(failed, { redriveCount: 1 }))).toEqual({ result: undefined });
    expect(await stepOf()).toBe('Later');
    expect(await recordedThrough(later, endOf(failed))).toEqual({ result: undefined });
    expect(await stepOf()).toBe('Later');
  });

  test('names the step that went on where an earlier attempt had failed, and failed again', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ PostToCmr: uncaught, Done: DONE });
    const taskFailedEventDetails = { error: 'Again', cause: 'again', resource: 'r', resourceType: 's' };
    const again = redriven(1, { type: 'TaskScheduled' }, { type: 'TaskFailed', taskFailedEventDetails }, failedAgain);
    expect(await recordedThrough(again, endOf(failed, { redriveCount: 1 }))).toEqual({ result: undefined });
    expect((await models.executions.get({ arn: failed.executionArn ?? '' })).error).toMatchObject({
      error: 'Again',
      failedExecutionStepName: 'PostToCmr',
    });
  });

  test('does not take for the cause what failed in an earlier attempt', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ PostToCmr: uncaught, Done: DONE });
    const passed = redriven(
      1,
      { type: 'TaskScheduled' },
      { type: 'TaskSucceeded' },
      { type: 'TaskStateExited', stateExitedEventDetails: { name: 'PostToCmr', output: '{}' } },
      entered('FailStateEntered', 'Invalid'),
      failedAgain,
    );
    const event = endOf(failed, { redriveCount: 1, error: 'Later', cause: 'later' });
    expect(await recordedThrough(passed, event)).toEqual({ result: undefined });
    expect((await models.executions.get({ arn: failed.executionArn ?? '' })).error).toEqual({
      Error: 'Later',
      Cause: 'later',
      failedExecutionStepName: 'Invalid',
    });
  });

  test('is not misled by what failed and was caught in another iteration of a Map state', async () => {
    const failed = await ended({ Invalid: { Type: 'Fail', Error: 'Any' } });
    const left = (type: string, name: string, message: object) => ({
      type,
      stateExitedEventDetails: {
        name,
        output: JSON.stringify({ ...cumulusMessage('any', message), exception: 'None' }),
      },
    });
    const broke = (error: string) => ({ type: 'LambdaFunctionFailed', lambdaFunctionFailedEventDetails: { error } });
    // Iterations go on side by side. As AWS does it, that the Map state failed follows what failed within.
    const steps: readonly (readonly [id: number, previousEventId: number, event: object])[] = [
      [1, 0, { type: 'ExecutionStarted' }],
      [2, 0, entered('MapStateEntered', 'All')],
      [3, 2, { type: 'MapStateStarted', mapStateStartedEventDetails: { length: 2 } }],
      [4, 3, { type: 'MapIterationStarted', mapIterationStartedEventDetails: { name: 'All', index: 0 } }],
      [5, 3, { type: 'MapIterationStarted', mapIterationStartedEventDetails: { name: 'All', index: 1 } }],
      [6, 4, entered('TaskStateEntered', 'PostToCmr')],
      [7, 5, entered('TaskStateEntered', 'SyncGranule')],
      [8, 6, { type: 'LambdaFunctionScheduled' }],
      [9, 7, { type: 'LambdaFunctionScheduled' }],
      [10, 8, broke('A')],
      [11, 9, broke('B')],
      [12, 11, left('TaskStateExited', 'SyncGranule', { of: 'an iteration' })],
      [13, 10, { type: 'MapIterationFailed', mapIterationFailedEventDetails: { name: 'All', index: 0 } }],
      [14, 10, { type: 'MapStateFailed' }],
      [15, 14, left('MapStateExited', 'All', { of: 'all' })],
      [16, 15, entered('FailStateEntered', 'WorkflowFailed')],
      [17, 16, failedAgain],
    ];
    const events = steps.map(([id, previousEventId, event]) => ({ id, previousEventId, timestamp: 1, ...event }));
    const invoked = await recordedThrough(() => ({ events: events as unknown as History['events'] }), endOf(failed));
    expect(invoked).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: failed.executionArn ?? '' })).toMatchObject({
      finalPayload: { of: 'all' },
      error: { error: 'A', failedExecutionStepName: 'PostToCmr' },
    });
  });

  test('waits for the end of the attempt, where the history lags behind the event', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ PostToCmr: uncaught, Done: DONE });
    const arn = failed.executionArn ?? '';
    const lagging = (requests: number) => {
      let asked = 0;
      return ({ events }: History): History => {
        asked += 1;
        return { events: asked > requests ? events : events.filter(({ type }) => type !== 'ExecutionFailed') };
      };
    };
    const untold = { error: expect.objectContaining({ name: 'ExecutionNotVisibleYetError' }) };
    expect(await recordedThrough(lagging(Number.POSITIVE_INFINITY), endOf(failed))).toEqual(untold);
    // What there is of an attempt's history may only be that of the one before.
    expect(await recordedThrough((history) => history, endOf(failed, { redriveCount: 1 }))).toEqual(untold);
    expect(await models.executions.exists({ arn })).toBe(false);
    expect(await recordedThrough(lagging(2), endOf(failed))).toEqual({ result: undefined });
    expect((await models.executions.get({ arn })).error?.['failedExecutionStepName']).toBe('PostToCmr');
  }, 60_000);
});
