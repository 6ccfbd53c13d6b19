import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateFunctionCommand,
  type EventSourceMappingConfiguration,
  GetPolicyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { CreateTopicCommand, ListSubscriptionsCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { OwnMoto } from '@cumulus/test-kit';
import { afterAll, beforeAll } from '@jest/globals';
import type { Settings } from '../../src/settings.ts';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/functions`;
const DEFINITION = '{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":600,"End":true}}}';
export const BUCKET = 'system-bucket';

/** The functions of a deployment; nothing invokes them. */
export const FUNCTIONS = ['ScheduleSF', 'messageConsumer', 'inboundLogger', 'sqsMessageConsumer'] as const;

export function functionArn(name: (typeof FUNCTIONS)[number]): string {
  return `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;
}

export const TRIGGERS: Settings['triggers'] = {
  invokeArn: functionArn('ScheduleSF'),
  messageConsumer: functionArn('messageConsumer'),
  kinesisInboundEventLogger: functionArn('inboundLogger'),
  sqsMessageConsumer: functionArn('sqsMessageConsumer'),
};

export const streamArn = (name: string): string => `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/${name}`;
export const topicArn = (name: string): string => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`;

/** What there is around the tables of a deployment, in moto: functions, a workflow, streams and topics. */
export class OwnAws {
  readonly #moto: OwnMoto;
  eventBridge!: EventBridgeClient;
  lambda!: LambdaClient;
  sns!: SNSClient;
  sqs!: SQSClient;
  stepFunctions!: SFNClient;
  machine = '';

  constructor(moto: OwnMoto, stackName: string) {
    this.#moto = moto;
    beforeAll(async () => {
      const { endpoint } = moto;
      process.env['AWS_ENDPOINT_URL'] = endpoint;
      this.eventBridge = new EventBridgeClient({ endpoint });
      this.lambda = new LambdaClient({ endpoint });
      this.sns = new SNSClient({ endpoint });
      this.sqs = new SQSClient({ endpoint });
      this.stepFunctions = new SFNClient({ endpoint });
      await this.#createRole();
      for (const FunctionName of FUNCTIONS) await this.#createFunction(FunctionName);
      for (const name of ['one', 'two']) {
        await this.askKinesis('CreateStream', { StreamName: name, ShardCount: 1 });
        await this.sns.send(new CreateTopicCommand({ Name: name }));
      }
      const machine = { name: 'Ingest', definition: DEFINITION, roleArn: ROLE };
      this.machine = `${(await this.stepFunctions.send(new CreateStateMachineCommand(machine))).stateMachineArn}`;
      await moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
      await this.putJson(`${stackName}/workflows/Ingest.json`, { name: 'Ingest', arn: this.machine, definition: {} });
      await this.putJson(`${stackName}/workflow_template.json`, { cumulus_meta: {}, meta: { stack: stackName } });
    }, 60_000);
    afterAll(() => {
      delete process.env['AWS_ENDPOINT_URL'];
      for (const client of [this.eventBridge, this.lambda, this.sns, this.sqs, this.stepFunctions]) client?.destroy();
    });
  }

  async putJson(Key: string, value: unknown): Promise<void> {
    await this.#moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify(value) }));
  }

  /** The rules of EventBridge with their targets. */
  async schedules(): Promise<readonly Record<string, unknown>[]> {
    const { Rules = [] } = await this.eventBridge.send(new ListRulesCommand({}));
    return Promise.all(
      Rules.map(async ({ Name }) => {
        const rule = await this.eventBridge.send(new DescribeRuleCommand({ Name }));
        const { Targets = [] } = await this.eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name }));
        const targets = Targets.map(({ Id, Arn, Input = '{}' }) => ({ Id, Arn, Input: JSON.parse(Input) }));
        return { name: Name, value: rule.ScheduleExpression, state: rule.State, targets };
      }),
    );
  }

  /** Event source mappings, as `one → messageConsumer`. */
  async mappings(): Promise<readonly string[]> {
    return (await this.mappingsInFull())
      .map(({ EventSourceArn = '', FunctionArn = '', State }) => {
        const name = `${EventSourceArn.replace(/^.*\//, '')} → ${FunctionArn.replace(/^.*:/, '')}`;
        return State === 'Enabled' ? name : `${name} (${State})`;
      })
      .sort();
  }

  async mappingsInFull(): Promise<readonly EventSourceMappingConfiguration[]> {
    return (await this.lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings ?? [];
  }

  /** Subscriptions, as `one → messageConsumer`. */
  async subscriptions(): Promise<readonly string[]> {
    const { Subscriptions = [] } = await this.sns.send(new ListSubscriptionsCommand({}));
    const last = (arn = ''): string => arn.replace(/^.*:/, '');
    return Subscriptions.map(({ TopicArn, Endpoint }) => `${last(TopicArn)} → ${last(Endpoint)}`).sort();
  }

  /** The statements by which topics may invoke the function, as `aPermission: one`. */
  async permissions(): Promise<readonly string[]> {
    const command = new GetPolicyCommand({ FunctionName: functionArn('messageConsumer') });
    const { Policy = '{"Statement":[]}' } = await this.lambda.send(command).catch(() => ({ Policy: undefined }));
    const { Statement } = JSON.parse(Policy) as { Statement: { Sid: string; Condition: { ArnLike: object } }[] };
    return Statement.map(({ Sid, Condition }) => {
      return `${Sid}: ${Object.values(Condition.ArnLike).map((arn) => `${arn}`.replace(/^.*:/, ''))}`;
    }).sort();
  }

  /** The messages of all executions, by their names. */
  async executions(): Promise<Record<string, Record<string, unknown>>> {
    const { executions = [] } = await this.stepFunctions.send(
      new ListExecutionsCommand({ stateMachineArn: this.machine }),
    );
    const messages = executions.map(async ({ executionArn, name = '' }) => {
      const { input = '{}' } = await this.stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
      return [name, JSON.parse(input)] as const;
    });
    return Object.fromEntries(await Promise.all(messages));
  }

  /** Creates a queue, with a dead-letter queue unless said otherwise. @returns its URL */
  async queue(QueueName: string, { VisibilityTimeout = '40', hasDeadLetters = true } = {}): Promise<string> {
    const dead = await this.sqs.send(new CreateQueueCommand({ QueueName: `${QueueName}-dead` }));
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: dead.QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 5 });
    const attributes = { VisibilityTimeout, ...(hasDeadLetters ? { RedrivePolicy } : {}) };
    return `${(await this.sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }))).QueueUrl}`;
  }

  /** moto takes any signature. */
  async askKinesis(action: string, body: object): Promise<void> {
    await this.#ask('kinesis', JSON.stringify(body), {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `Kinesis_20131202.${action}`,
    });
  }

  async #createRole(): Promise<void> {
    const form = { Action: 'CreateRole', RoleName: 'functions', AssumeRolePolicyDocument: '{}', Version: '2010-05-08' };
    await this.#ask('iam', new URLSearchParams(form).toString(), {
      'Content-Type': 'application/x-www-form-urlencoded',
    });
  }

  async #ask(service: string, body: string, headers: Record<string, string>): Promise<void> {
    const Authorization = `AWS4-HMAC-SHA256 Credential=test/20200101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(this.#moto.endpoint, { method: 'POST', body, headers: { ...headers, Authorization } });
    if (!answer.ok) throw new Error(`moto answers ${answer.status}: ${await answer.text()}`);
  }

  async #createFunction(FunctionName: string): Promise<void> {
    const Code = { ZipFile: EMPTY_ZIP };
    const settings = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: ROLE } as const;
    await this.lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...settings }));
  }
}

/** A ZIP file without files: its end of a central directory alone. */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);
