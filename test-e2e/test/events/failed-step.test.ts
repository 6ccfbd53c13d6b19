import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createClient } from '@cumulus/dynamodb';
import { createModels } from '@cumulus/models';
import { answered } from '../faults/answered.ts';
import { withFaults } from '../faults/proxy.ts';
import { ownMoto, whyNoMoto } from '../own-moto.ts';
import { ownTables } from '../own-tables.ts';
import { describeUnless } from '../required.ts';
import { FunctionProcess, type Invoked } from './function-process.ts';
import { createRecordedTables } from './recorded-tables.ts';
import { cumulusMessage, type EventDetail, executionEvent, type Status } from './workflow-events.ts';

const BUCKET = 'system-bucket';
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

// Step Functions and S3 are moto's, which really carries the state machines out.
describeUnless(await whyNoMoto(), 'what an event does not tell itself', () => {
  const moto = ownMoto();
  const tables = ownTables();
  const prefix = tables.name();
  const client = createClient();
  const models = createModels({ client, tables: prefix });
  let stepFunctions: SFNClient;
  let recording: FunctionProcess;
  let environment: NodeJS.ProcessEnv;
  let executions = 0;

  beforeAll(async () => {
    await fetch(`${moto.endpoint}/moto-api/config`, {
      method: 'POST',
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    stepFunctions = new SFNClient({ endpoint: moto.endpoint });
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    environment = {
      ...(await createRecordedTables(prefix)),
      AWS_ENDPOINT_URL: moto.endpoint,
      stackName: prefix,
      system_bucket: BUCKET,
    };
    recording = await FunctionProcess.start('record-execution-events', environment);
  }, 120_000);

  afterAll(async () => {
    await recording?.kill();
    stepFunctions?.destroy();
    client.destroy();
  });

  /** Runs a workflow to its end. */
  async function ended(states: object, payload: object = GRANULES): Promise<DescribeExecutionOutput> {
    const { executionArn } = await begun(states, payload);
    for (;;) {
      const described = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      if (described.status !== 'RUNNING') return described;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function begun(states: object, payload: object = GRANULES) {
    executions += 1;
    const name = `run-${executions}`;
    const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states });
    const roleArn = 'arn:aws:iam::123456789012:role/workflows';
    // Messages tell the state machine, from which the execution's ARN is made.
    const machine = new CreateStateMachineCommand({ name: `Ingest${executions}`, definition, roleArn });
    const { stateMachineArn } = await stepFunctions.send(machine);
    const message = cumulusMessage(name, payload) as { cumulus_meta: object };
    const input = { ...message, cumulus_meta: { ...message.cumulus_meta, state_machine: stateMachineArn } };
    return stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  }

  /** The event of an execution's end, as EventBridge would tell it. */
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

  async function record(event: object, by = recording): Promise<Invoked | undefined> {
    return by.invoke(event);
  }

  it('names the step that failed and its error, by the history', async () => {
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

  it('takes the message as the failed step left it, with the exception that was caught', async () => {
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

  it.each([
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

  it('takes the message as a Parallel state left it that caught the error of a step within', async () => {
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

  it('names the Fail state of an execution in which nothing else failed, with its words', async () => {
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

  it('names the step in which an execution was aborted, with the words of who did it', async () => {
    const waits = {
      SyncGranule: { Type: 'Pass', Next: 'Wait' },
      Wait: { Type: 'Wait', Seconds: 600, Next: 'Done' },
      Done: DONE,
    };
    const { executionArn } = await begun(waits);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await stepFunctions.send(new StopExecutionCommand({ executionArn, error: 'Operator', cause: 'wrong input' }));
    const aborted = await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    const event = endOf(aborted, { error: 'Operator', cause: 'wrong input' });
    expect(await record(event)).toEqual({ result: undefined });
    expect(await models.executions.get({ arn: executionArn ?? '' })).toMatchObject({
      status: 'failed',
      error: { Error: 'Operator', Cause: 'wrong input', failedExecutionStepName: 'Wait' },
    });
  });

  it('fetches the input and the output that are too large for an event', async () => {
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
    const forgotten = { ...unknown, detail: { ...unknown.detail, executionArn: `${arn}-forgotten` } };
    expect(await record(forgotten)).toEqual({
      error: expect.objectContaining({
        name: 'MessageUnavailableError',
        message: expect.stringMatching(/came without its input, and Step Functions does not tell it/),
      }),
    });
  });

  it('reads what a message left in S3; fails as long as that is not there', async () => {
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

  // moto redrives nothing: its history goes on here in AWS's documented form.
  it('tells the failure of the attempt that the event is about, whenever it is handled', async () => {
    const { Catch: _, ...uncaught } = POST_TO_CMR;
    const failed = await ended({ PostToCmr: uncaught, Done: DONE });
    const redriven = answered('GetExecutionHistory', (history) => {
      const { events } = history as unknown as History;
      const last = Math.max(...events.map(({ id }) => id));
      const more = [
        { type: 'ExecutionRedriven', executionRedrivenEventDetails: { redriveCount: 1 } },
        { type: 'TaskStateEntered', stateEnteredEventDetails: { name: 'Later', input: '{}' } },
        {
          type: 'TaskFailed',
          taskFailedEventDetails: { error: 'Later', cause: 'later', resource: 'r', resourceType: 's' },
        },
        { type: 'ExecutionFailed', executionFailedEventDetails: { error: 'Later', cause: 'later' } },
      ].map((event, index) => ({
        timestamp: 1_900_000_000,
        id: last + index + 1,
        previousEventId: last + index,
        ...event,
      }));
      return { ...history, events: [...events, ...more] };
    });
    await withFaults(
      [redriven],
      async ({ endpoint }) => {
        const other = await FunctionProcess.start('record-execution-events', {
          ...environment,
          AWS_ENDPOINT_URL: endpoint,
        });
        const arn = failed.executionArn ?? '';
        const stepOf = async () => (await models.executions.get({ arn })).error?.['failedExecutionStepName'];
        expect(await record(endOf(failed), other)).toEqual({ result: undefined });
        expect(await stepOf()).toBe('PostToCmr');
        expect(await record(endOf(failed, { redriveCount: 1 }), other)).toEqual({ result: undefined });
        expect(await stepOf()).toBe('Later');
        expect(await record(endOf(failed), other)).toEqual({ result: undefined });
        expect(await stepOf()).toBe('Later');
        await other.kill();
      },
      moto.endpoint,
    );
  });
});
