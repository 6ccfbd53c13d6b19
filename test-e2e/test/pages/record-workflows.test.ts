import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { describeUnless, ownBucket, ownMoto, whyNoCommands, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { cumulusMessage, executionArnOf, executionEvent } from '../events/workflow-events.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

const DAY = '2030-01-31';
const DEFINITION = '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}}';

/** Has version 1 of the AWS CLI, which the tests have, write times as version 2 does, and send to queues at the endpoint of the environment. */
const AS_AWS_CLI_2 = `export AWS_CONFIG_FILE=aws-cli-2.ini
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
`;

describeUnless((await whyNoMoto()) ?? (await whyNoCommands('aws')), 'pages on recording workflows', () => {
  const moto = ownMoto();
  const bucket = ownBucket(moto, 'prod-internal');
  const deployment = ownDeployment({ moto, perTable: 0 });
  const operator = (): Promise<Operator> => Operator.at(moto.folder, deployment.environment);
  let logs: CloudWatchLogsClient;
  let stepFunctions: SFNClient;

  beforeAll(() => {
    logs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    stepFunctions = new SFNClient({ endpoint: moto.endpoint });
  });
  afterAll(() => {
    logs?.destroy();
    stepFunctions?.destroy();
  });

  /** @returns its ARN */
  async function createMachine(name: string): Promise<string | undefined> {
    const machine = { name, definition: DEFINITION, roleArn: 'arn:aws:iam::123456789012:role/workflows' };
    return (await stepFunctions.send(new CreateStateMachineCommand(machine))).stateMachineArn;
  }

  async function makeWorkflow(reader: Operator): Promise<void> {
    await createMachine('prod-HelloWorld');
    await reader.run("echo '{}' > message.json");
  }

  async function logRecorded(): Promise<void> {
    const logGroupName = '/aws/lambda/prod-recordExecutionEvents';
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }));
    const message = JSON.stringify({ level: 'info', message: 'event recorded', executions: 'try-1' });
    const logEvents = [{ timestamp: Date.now() - 60_000, message }];
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents }));
  }

  describePage('docs/how-to/record-workflows.md', {
    operator,
    steps: {
      'aws stepfunctions start-execution': {
        before: makeWorkflow,
        after: (written) => expect(written).toContain('execution:prod-HelloWorld:try-1'),
      },
      'cumulus-api logs': { before: logRecorded, after: (written) => expect(written).toContain('event recorded') },
    },
  });

  async function keepEvent(): Promise<void> {
    const time = Date.parse(`${DAY}T01:00:00Z`);
    const message = cumulusMessage('kept', { granules: [] });
    const times = { startDate: time - 1_000, stopDate: time };
    const event = executionEvent(time, {
      name: 'kept',
      status: 'SUCCEEDED',
      ...times,
      input: message,
      output: message,
    });
    const Key = `prod/failed-events/${DAY}/kept-SUCCEEDED-0123456789abcdef.json`;
    const Body = JSON.stringify({ keptAt: `${DAY}T02:00:00Z`, reason: 'ThrottledError: too many requests', event });
    await moto.s3.putObject({ Bucket: bucket.name, Key, Body });
    expect(executionArnOf('kept')).toContain(':kept');
  }

  /** Has a workflow start, of which the queue has no event. */
  async function loseEvent(reader: Operator): Promise<void> {
    const stateMachineArn = await createMachine('prod-IngestGranule');
    await stepFunctions.send(new StartExecutionCommand({ stateMachineArn, name: 'lost-1', input: '{}' }));
    await writeFile(join(reader.folder, 'aws-cli-2.ini'), '[default]\ncli_timestamp_format = iso8601\n');
    await writeFile(join(reader.folder, 'aws-cli-2.sh'), AS_AWS_CLI_2);
    await reader.run('source ./aws-cli-2.sh\naws sqs create-queue --queue-name prod-executionEvents');
  }

  async function expectSent(_: string, reader: Operator): Promise<void> {
    const received = await reader.run('aws sqs receive-message --queue-url "$QUEUE_URL" --output json');
    const { Messages } = JSON.parse(received) as { readonly Messages: readonly { readonly Body: string }[] };
    expect(Messages.map(({ Body }) => JSON.parse(Body))).toEqual([
      {
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        time: expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        detail: expect.objectContaining({
          executionArn: 'arn:aws:states:us-east-1:123456789012:execution:prod-IngestGranule:lost-1',
          status: 'RUNNING',
          startDate: expect.any(Number),
        }),
      },
    ]);
  }

  describePage('docs/how-to/failed-events.md', {
    operator,
    steps: {
      'aws s3 ls': { before: keepEvent, after: (written) => expect(written).toContain('kept-SUCCEEDED') },
      'cumulus-api events replay': { after: async () => expect(await bucket.keys()).toEqual([]) },
      'aws sqs send-message': {
        before: loseEvent,
        after: expectSent,
      },
    },
  });

  describePage('docs/how-to/move-recording.md', {
    operator,
    steps: {
      'aws events remove-targets': {
        before: async (reader) => {
          const target = 'Id=id-of-the-target-that-records,Arn=arn:aws:sqs:us-east-1:123456789012:old';
          await reader.run(`aws events put-rule --name prod-IngestGranule-rule --schedule-expression 'rate(1 day)'
            aws events put-targets --rule prod-IngestGranule-rule --targets ${target}`);
        },
        after: (written) => expect(written).toContain('"FailedEntryCount": 0'),
      },
    },
  });
});
