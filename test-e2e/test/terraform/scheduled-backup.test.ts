import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type OwnMoto, ownMoto, putSampleRecords } from '@cumulus/test-kit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi } from '../kit/command.ts';
import { askMoto } from './ask-moto.ts';
import { describeWithNewestProvider } from './available.ts';
import { withRole } from './enforced-role.ts';
import { type Example, type Resource, resourcesOf, rootOf, TABLES } from './example-root.ts';
import { ownModuleCopy, runModuleTests } from './module-copy.ts';
import type { Policy } from './policy.ts';
import { changesOf, NEWEST_RUNNER, type Terraform } from './terraform.ts';

const PLACE = 'us-east-1:123456789012';
const NAME = 'prod-scheduled-backup';
const CLUSTER = `arn:aws:ecs:${PLACE}:cluster/${NAME}`;
const BUCKET = 'archive-backups';
const ECS = 'AmazonEC2ContainerServiceV20141113';
const CLOUDWATCH = 'GraniteServiceVersion20100801';
const WITHIN_15_MINUTES = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 15 };
const JOBS = ['backup', 'rehearsal', 'status'] as const;

const EXAMPLE: Example = {
  module: fileURLToPath(new URL('../../../tf-modules/scheduled-backup', import.meta.url)),
  ...{ name: 'scheduled_backup', example: 'complete', runner: NEWEST_RUNNER },
  services: ['cloudwatch', 'cloudwatchevents', 'cloudwatchlogs', 'ecs', 'kms', 'scheduler', 'sqs'],
};

/** What ECS says of a task, as far as the tests look at it. */
interface TaskDefinition {
  readonly taskDefinitionArn: string;
  readonly containerDefinitions: readonly { readonly name: string; readonly command: readonly string[] }[];
}

/** What CloudWatch says of an alarm, as far as the tests look at it. */
interface Alarm {
  readonly AlarmName: string;
  readonly AlarmActions: readonly string[];
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly object[];
  readonly Statistic: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
}

const VARIABLES = {
  ...{ region: 'us-east-1', account: '123456789012', prefix: 'prod', backups: 's3://archive-backups/prod' },
  image: '123456789012.dkr.ecr.us-east-1.amazonaws.com/cumulus-api:2.0.0',
  alarm_actions: ['arn:aws:sns:us-east-1:123456789012:operators'],
};

await describeWithNewestProvider('the module that schedules backups, applied by its example', () => {
  const moto = ownMoto();
  let sqs: SQSClient;
  let terraform: Terraform;
  let resources: readonly Resource[];

  beforeAll(async () => {
    sqs = new SQSClient({ endpoint: moto.endpoint });
    await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    // By steps 3 and 4 of docs/how-to/schedule-backups.md.
    const tables = await rootOf(moto, TABLES, { region: 'us-east-1', prefix: 'prod' });
    await tables.apply();
    await putSampleRecords(moto.client, 'prod', 5);
    terraform = await rootOf(moto, EXAMPLE, { ...VARIABLES, ...(await networkOf(moto)) });
    const policies = await tables.succeed('output', '-json', 'for_scheduled_backup');
    await writeFile(join(terraform.folder, 'policies.auto.tfvars.json'), policies);
    await terraform.apply();
    resources = await resourcesOf(terraform);
  }, 180_000);

  afterAll(() => sqs?.destroy());

  function resource(address: string): Resource['values'] {
    const found = resources.find((one) => one.address === `module.scheduled_backup.${address}`);
    if (found === undefined) throw new Error(`There is no ${address}.`);
    return found.values;
  }

  /** Asks moto by a protocol in which the action is a header. */
  function ask<T>(service: string, target: string, input: object): Promise<T> {
    const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' };
    return askMoto<T>(moto, service, '/', { method: 'POST', headers, body: JSON.stringify(input) });
  }

  async function taskDefinitionOf(job: string): Promise<TaskDefinition> {
    const input = { taskDefinition: `${NAME}-${job}` };
    const answer = await ask<{ taskDefinition: TaskDefinition }>('ecs', `${ECS}.DescribeTaskDefinition`, input);
    return answer.taskDefinition;
  }

  const policyAt = (address: string): Policy => JSON.parse(String(resource(address)['policy'])) as Policy;

  test('changes nothing when it is applied again', async () => {
    expect(changesOf(await terraform.plan())).toEqual({});
  });

  test('starts each task by a schedule, tries for an hour, and keeps what it could not start', async () => {
    const times = {
      backup: { ScheduleExpression: 'cron(15 2 * * ? *)', FlexibleTimeWindow: WITHIN_15_MINUTES },
      rehearsal: { ScheduleExpression: 'cron(0 6 1 * ? *)', FlexibleTimeWindow: WITHIN_15_MINUTES },
      status: { ScheduleExpression: 'rate(60 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } },
    };
    for (const job of JOBS) {
      const schedule = await askMoto<object>(moto, 'scheduler', `/schedules/${job}?groupName=${NAME}`);
      const { taskDefinitionArn } = await taskDefinitionOf(job);
      expect(schedule).toMatchObject({
        ...{ ...times[job], State: 'ENABLED', ScheduleExpressionTimezone: 'UTC' },
        KmsKeyArn: resource('aws_cloudwatch_log_group.tasks')['kms_key_id'],
        Target: {
          ...{ Arn: CLUSTER, RoleArn: `arn:aws:iam::123456789012:role/${NAME}-scheduler` },
          DeadLetterConfig: { Arn: `arn:aws:sqs:${PLACE}:${NAME}-not-started` },
          RetryPolicy: { MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 20 },
          EcsParameters: { TaskDefinitionArn: taskDefinitionArn, LaunchType: 'FARGATE', TaskCount: 1 },
        },
      });
    }
  });

  test('runs each container as nobody special: not root, without capabilities, on a read-only file system', async () => {
    const commands: Record<string, readonly string[]> = {
      backup: [
        'backup --prefix prod --to s3://archive-backups/prod --dated --gzip --verify',
        'backups forget --prefix prod --directory s3://archive-backups/prod --keep-daily 7 --keep-weekly 5 --keep-monthly 12 --yes',
      ],
      rehearsal: ['rehearse --prefix prod --from backup --backups s3://archive-backups/prod --metrics cloudwatch'],
      status: ['status --prefix prod --backups s3://archive-backups/prod --metrics cloudwatch'],
    };
    for (const job of JOBS) {
      const task = await taskDefinitionOf(job);
      expect(task).toMatchObject({
        ...{ requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', cpu: '512', memory: '1024' },
        taskRoleArn: `arn:aws:iam::123456789012:role/${NAME}-${job}`,
        executionRoleArn: `arn:aws:iam::123456789012:role/${NAME}-execution`,
      });
      expect(task.containerDefinitions.map(({ command }) => command.join(' '))).toEqual(commands[job]);
      for (const container of task.containerDefinitions) {
        expect(container).toMatchObject({
          ...{ user: '1000:1000', readonlyRootFilesystem: true, stopTimeout: 120 },
          linuxParameters: { capabilities: { drop: ['ALL'] } },
          mountPoints: [{ sourceVolume: 'temporary', containerPath: '/tmp' }],
          logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `${NAME}EcsLogs` } },
        });
      }
    }
  });

  test('removes no backup unless the one before it in the task succeeded', async () => {
    const [backup, forget] = (await taskDefinitionOf('backup')).containerDefinitions;
    // ECS takes the condition SUCCESS of containers only that are not essential.
    expect(backup).toMatchObject({ name: 'backup', essential: false });
    expect(forget).toMatchObject({
      ...{ name: 'forget', essential: true, dependsOn: [{ containerName: 'backup', condition: 'SUCCESS' }] },
    });
  });

  test('its tasks can be started at once, by what it puts out', async () => {
    const inputs = await terraform.output<Readonly<Record<string, string>>>('run_task');
    expect(Object.keys(inputs)).toEqual(JOBS);
    for (const job of JOBS) {
      const input = JSON.parse(inputs[job] ?? '') as { readonly taskDefinition: string };
      const { taskDefinitionArn, ...definition } = await taskDefinitionOf(job);
      expect(input.taskDefinition).toBe(taskDefinitionArn);
      // moto, and only moto, starts no task whose containers have no memory of their own: it gets one that has.
      const containerDefinitions = definition.containerDefinitions.map((container) => ({ ...container, memory: 256 }));
      await ask('ecs', `${ECS}.RegisterTaskDefinition`, { ...definition, family: 'moto', containerDefinitions });
      const started = { ...input, taskDefinition: 'moto' };
      const { tasks } = await ask<{ tasks: readonly object[] }>('ecs', `${ECS}.RunTask`, started);
      expect(tasks).toEqual([expect.objectContaining({ clusterArn: CLUSTER, launchType: 'FARGATE' })]);
    }
  });

  test('the scheduler may start these tasks with these roles, and do nothing else', () => {
    const roles = ['execution', ...JOBS].map((name) => `arn:aws:iam::123456789012:role/${NAME}-${name}`);
    const tasks = JOBS.map((job) => resource(`aws_ecs_task_definition.jobs["${job}"]`)['arn']);
    const key = resource('aws_cloudwatch_log_group.tasks')['kms_key_id'];
    expect(policyAt('aws_iam_role_policy.scheduler').Statement.map(({ Sid: _, ...statement }) => statement)).toEqual([
      {
        ...{ Effect: 'Allow', Action: ['ecs:RunTask'], Resource: tasks },
        Condition: { ArnEquals: { 'ecs:cluster': CLUSTER } },
      },
      {
        ...{ Effect: 'Allow', Action: ['iam:PassRole'], Resource: roles },
        Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      },
      { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [`arn:aws:sqs:${PLACE}:${NAME}-not-started`] },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: [key] },
    ]);
    expect(JSON.parse(String(resource('aws_iam_role.scheduler')['assume_role_policy']))).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceArn': `arn:aws:scheduler:${PLACE}:schedule-group/${NAME}` } },
        },
      ],
    });
  });

  test('a task may do with tables what their policy says, use the folder of the backups, and nothing else in S3', () => {
    const folder = [`arn:aws:s3:::${BUCKET}/prod/*`];
    const bucket = [`arn:aws:s3:::${BUCKET}`];
    const expected: Record<string, readonly unknown[]> = {
      backup: [
        [['s3:ListBucket', 's3:ListBucketMultipartUploads'], bucket],
        [['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:PutObject'], folder],
      ],
      rehearsal: [
        [['s3:ListBucket'], bucket],
        [['s3:GetObject'], folder],
        [
          ['s3:DeleteObject', 's3:PutObject'],
          ['proofs.json', 'proofs.json.lock', 'rehearsal.json'].map((name) => `${folder}.${name}`),
        ],
      ],
      status: [
        [['s3:ListBucket'], bucket],
        [['s3:GetObject'], folder],
      ],
    };
    for (const job of JOBS) {
      const { Statement } = policyAt(`aws_iam_role_policy.jobs["${job}"]`);
      const ofS3 = Statement.filter(({ Action }) => Action.some((action) => action.startsWith('s3:')));
      expect({ job, ofS3: ofS3.map(({ Action, Resource }) => [Action, Resource]) }).toEqual({
        job,
        ofS3: expected[job],
      });
      expect(Statement.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
      // As AWS counts: at most 10,240 characters for all policies in a role.
      expect(JSON.stringify({ Statement }).length).toBeLessThan(8_000);
    }
  });

  test('encrypts its queues, and lets only its rules send to that of failed runs', async () => {
    for (const name of ['not-started', 'failed-runs']) {
      const QueueUrl = `${moto.endpoint}/123456789012/${NAME}-${name}`;
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      const { Attributes = {} } = await sqs.send(command);
      expect(Attributes).toMatchObject({
        KmsMasterKeyId: resource('aws_cloudwatch_log_group.tasks')['kms_key_id'],
        MessageRetentionPeriod: String(14 * 24 * 60 * 60),
      });
      if (name === 'failed-runs') {
        expect(JSON.parse(Attributes['Policy'] ?? '')).toMatchObject({
          Statement: [
            {
              ...{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage' },
              Condition: {
                ArnEquals: {
                  'aws:SourceArn': ['backup', 'rehearsal'].map(
                    (job) => `arn:aws:events:${PLACE}:rule/${NAME}-${job}-failed`,
                  ),
                },
              },
            },
          ],
        });
      } else expect(Attributes['Policy']).toBeUndefined();
    }
  });

  test('events of tasks that failed come into the queue, and those of others do not', async () => {
    const ended = (job: string, exitCode: readonly number[], more: object = {}): object => {
      // EventBridge takes a list of objects for an object of lists; moto does not look into such lists.
      const containers = { exitCode };
      const detail = { clusterArn: CLUSTER, group: `family:${NAME}-${job}`, lastStatus: 'STOPPED', containers };
      const own = { stopCode: 'EssentialContainerExited' };
      return {
        ...{ Source: 'aws.ecs', DetailType: 'ECS Task State Change' },
        Detail: JSON.stringify({ ...detail, ...own, ...more }),
      };
    };
    const failed = [
      ended('backup', [1]),
      ended('backup', [0, 1]),
      ended('backup', [137], { stopCode: 'UserInitiated' }),
      ended('backup', [], { stopCode: 'TaskFailedToStart' }),
      ended('rehearsal', [1]),
    ];
    const others = [
      ended('backup', [0, 0]),
      ended('backup', [1], { lastStatus: 'RUNNING' }),
      ended('backup', [1], { clusterArn: `${CLUSTER}-other` }),
      // That of a warning.
      ended('rehearsal', [3]),
      // What it finds is in the metrics.
      ended('status', [1]),
      ended('other', [1]),
    ];
    for (const Entries of [failed, others]) await ask('events', 'AWSEvents.PutEvents', { Entries });
    const QueueUrl = `${moto.endpoint}/123456789012/${NAME}-failed-runs`;
    const received: unknown[] = [];
    for (;;) {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages === undefined) break;
      received.push(...Messages.map(({ Body = '' }) => (JSON.parse(Body) as { detail: unknown }).detail));
    }
    const detailsOf = (events: readonly object[]): readonly unknown[] =>
      events.map((event) => JSON.parse((event as { Detail: string }).Detail));
    expect(received).toHaveLength(failed.length);
    expect(received).toEqual(expect.arrayContaining([...detailsOf(failed)]));
  });

  test('a measurement that is missing counts as too old, and nobody is woken by a single one', async () => {
    const alarms = await alarmsOf();
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(await terraform.output('alarms'));
    for (const alarm of alarms) expect(alarm.AlarmActions).toEqual(VARIABLES.alarm_actions);
    const { Period: interval } = alarmNamed(alarms, 'unprotected');
    for (const [name, threshold] of [
      ['backup-age', 30 * 3_600],
      ['rehearsal-age', 35 * 86_400],
    ] as const) {
      expect(alarmNamed(alarms, name)).toMatchObject({
        ...{ TreatMissingData: 'breaching', Threshold: threshold, ComparisonOperator: 'GreaterThanThreshold' },
        ...{ Period: interval, EvaluationPeriods: 3, DatapointsToAlarm: 3, Statistic: 'Maximum' },
      });
    }
    expect(resource('aws_scheduler_schedule.jobs["status"]')['schedule_expression']).toBe(
      `rate(${interval / 60} minutes)`,
    );
  });

  describe('the command lines of its tasks, within what their roles permit:', () => {
    /** Runs the containers of a task as ECS does: each after the one before it, and only if that succeeded. */
    async function runTask(job: string): Promise<readonly (number | null)[]> {
      const { containerDefinitions } = await taskDefinitionOf(job);
      const codes: (number | null)[] = [];
      await withRole(
        policyAt(`aws_iam_role_policy.jobs["${job}"]`),
        moto,
        async (environment) => {
          for (const { command } of containerDefinitions) {
            const { code, stderr } = await cumulusApi(command, { environment });
            expect({ job, stderr }).not.toEqual({
              job,
              stderr: expect.stringMatching(/no permission|denied|not authorized/i),
            });
            codes.push(code);
            if (code !== 0) break;
          }
        },
        moto.endpoint,
      );
      return codes;
    }

    async function files(): Promise<readonly string[]> {
      const { Contents = [] } = await moto.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
      return Contents.map(({ Key = '' }) => Key);
    }

    /** The state of an alarm at a time, by the rules of CloudWatch, of which moto has the data alone: it evaluates no alarms. */
    async function stateAt(name: string, time: number): Promise<'ALARM' | 'OK'> {
      const alarm = alarmNamed(await alarmsOf(), name);
      const { Namespace, MetricName, Dimensions, Period, Statistic, EvaluationPeriods, Threshold } = alarm;
      let breaching = 0;
      for (let period = 0; period < EvaluationPeriods; period += 1) {
        const end = time - period * Period * 1_000;
        const input = { Namespace, MetricName, Dimensions, Period, Statistics: [Statistic] };
        const times = { StartTime: end / 1_000 - Period, EndTime: end / 1_000 };
        const { Datapoints } = await ask<{ Datapoints: readonly { readonly Maximum: number }[] }>(
          ...(['monitoring', `${CLOUDWATCH}.GetMetricStatistics`, { ...input, ...times }] as const),
        );
        const [value = alarm.TreatMissingData === 'breaching' ? Number.POSITIVE_INFINITY : 0] = Datapoints.map(
          ({ Maximum }) => Maximum,
        );
        if (value > Threshold) breaching += 1;
      }
      return breaching >= (alarm.DatapointsToAlarm ?? EvaluationPeriods) ? 'ALARM' : 'OK';
    }

    const HOUR = 60 * 60 * 1_000;
    const soon = (): number => Date.now() + 60_000;

    test('before the first backup, the age that status does not send raises the alarm', async () => {
      // Not protected: there is no backup, and no deletion protection.
      expect(await runTask('status')).toEqual([1]);
      expect(await stateAt('backup-age', soon())).toBe('ALARM');
      expect(await stateAt('unprotected', soon())).toBe('ALARM');
    }, 60_000);

    test('a backup writes dated files with proofs, and then removes what is not to be kept', async () => {
      expect(await runTask('backup')).toEqual([0, 0]);
      expect(await files()).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^prod\/prod-GranulesTable\.\d{8}T\d{6}Z\.json\.gz$/),
          'prod/prod-GranulesTable.proofs.json',
        ]),
      );
    }, 120_000);

    test('then status sends the age by the names that the alarm has, and the alarm ends', async () => {
      expect(await runTask('status')).toEqual([1]);
      expect(await stateAt('backup-age', soon())).toBe('OK');
    }, 60_000);

    test('a run that never happened raises the alarm: neither backup nor status ran for some hours', async () => {
      expect(await stateAt('backup-age', soon() + 2 * HOUR)).toBe('OK');
      expect(await stateAt('backup-age', soon() + 4 * HOUR)).toBe('ALARM');
    });

    test('a backup that is too old raises the alarm, although status runs', async () => {
      const { Namespace, MetricName, Dimensions } = alarmNamed(await alarmsOf(), 'backup-age');
      const later = Date.now() + 31 * HOUR;
      const MetricData = [0, 1, 2].map((ago) => ({
        ...{ MetricName, Dimensions, Value: 31 * 3_600, Unit: 'Seconds', Timestamp: (later - ago * HOUR) / 1_000 },
      }));
      await ask('monitoring', `${CLOUDWATCH}.PutMetricData`, { Namespace, MetricData });
      expect(await stateAt('backup-age', later + 60_000)).toBe('ALARM');
    });

    test('a rehearsal proves the backups, leaves no table, and its age ends the alarm', async () => {
      expect(await stateAt('rehearsal-age', soon())).toBe('ALARM');
      const before = await moto.tables();
      expect(await runTask('rehearsal')).toEqual([0]);
      expect(await moto.tables()).toEqual(before);
      expect(await files()).toContainEqual(expect.stringMatching(/^prod\/prod\.\d{8}T\d{6}Z\.rehearsal\.json$/));
      await runTask('status');
      expect(await stateAt('rehearsal-age', soon())).toBe('OK');
    }, 180_000);

    test('no role reads an object beside the folder', async () => {
      const Key = 'prod-other/prod-UsersTable.json';
      await moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: '{}' }));
      for (const job of JOBS) {
        await withRole(
          policyAt(`aws_iam_role_policy.jobs["${job}"]`),
          moto,
          async (environment) => {
            const { code, stderr } = await cumulusApi(['verify', `s3://${BUCKET}/${Key}`], { environment });
            expect({ job, code, stderr }).toEqual({
              job,
              code: 1,
              stderr: expect.stringMatching(/permission|denied/i),
            });
          },
          moto.endpoint,
        );
      }
    }, 60_000);
  });

  async function alarmsOf(): Promise<readonly Alarm[]> {
    const answer = await ask<{ MetricAlarms: readonly Alarm[] }>('monitoring', `${CLOUDWATCH}.DescribeAlarms`, {});
    return answer.MetricAlarms;
  }

  function alarmNamed(alarms: readonly Alarm[], name: string): Alarm {
    const found = alarms.find(({ AlarmName }) => AlarmName === `${NAME}-${name}`);
    if (found === undefined) throw new Error(`There is no alarm ${name}.`);
    return found;
  }
});

await describeWithNewestProvider('the module that schedules backups', () => {
  const copy = ownModuleCopy();

  test('passes its own tests, by `terraform test`', async () => {
    const said = await runModuleTests(join(copy, 'scheduled-backup'), NEWEST_RUNNER);
    expect(said).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  }, 180_000);
});

/** The first subnet and security group that moto's account has. */
async function networkOf(moto: OwnMoto): Promise<object> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20300101/us-east-1/ec2/aws4_request, Signature=any';
  const first = async (Action: string, id: RegExp): Promise<string | undefined> => {
    const body = new URLSearchParams({ Action, Version: '2016-11-15' });
    const answer = await fetch(moto.endpoint, { method: 'POST', headers: { authorization }, body });
    return id.exec(await answer.text())?.[1];
  };
  return {
    subnet_ids: [await first('DescribeSubnets', /<subnetId>([^<]+)/)],
    security_group_ids: [await first('DescribeSecurityGroups', /<groupId>([^<]+)/)],
  };
}
