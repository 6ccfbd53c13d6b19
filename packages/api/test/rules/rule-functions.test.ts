import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Log } from '../../src/logging/log.ts';
import { startWorkflowsOfRecords } from '../../src/rule-functions/delivered-messages.ts';
import { finishQueueMessage } from '../../src/rule-functions/finished-message.ts';
import { logRecords } from '../../src/rule-functions/logged-records.ts';
import { pollQueues } from '../../src/rule-functions/polled-queues.ts';
import { type RuleStarting, ruleStartingFromEnvironment } from '../../src/rule-functions/rule-starting.ts';
import { startScheduledWorkflow } from '../../src/rule-functions/scheduled-workflow.ts';
import { OwnApi } from '../own-api.ts';
import { BUCKET, OwnAws, streamArn, TRIGGERS, topicArn } from './own-aws.ts';

const COLLECTION = { name: 'MOD09GQ', version: '006' };

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'the functions behind rules', () => {
  const moto = ownMoto();
  const api = new OwnApi({ systemBucket: BUCKET, triggers: TRIGGERS });
  const aws = new OwnAws(moto, api.prefix);
  const lines: [message: string, fields: unknown][] = [];
  const keep = (message: string, fields: unknown) => void lines.push([message, fields]);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
  let starting: RuleStarting;

  beforeAll(async () => {
    for (const version of ['006', '007'])
      await api.put('CollectionsTable', {
        ...COLLECTION,
        version,
        granuleId: '.',
        granuleIdExtraction: '(.)',
        files: [],
      });
    await api.put('ProvidersTable', { id: 'modaps', host: 'example.org', protocol: 'https', createdAt: 1 });
    const tables = ['RulesTable', 'CollectionsTable', 'ProvidersTable'] as const;
    const environment = {
      ...{ stackName: api.prefix, system_bucket: BUCKET },
      ...Object.fromEntries(tables.map((name) => [name, physicalTableName(api.prefix, name)])),
    };
    starting = { ...ruleStartingFromEnvironment(environment, api.client), log };
    expect(() => ruleStartingFromEnvironment({ stackName: 'x' })).toThrow(
      /system_bucket is not set; RulesTable is not set/,
    );
  });

  /** What was started by something, as the messages of the executions by their names. */
  async function started(act: () => Promise<unknown>) {
    const before = await aws.executions();
    await act();
    return Object.entries(await aws.executions()).filter(([name]) => !Object.hasOwn(before, name));
  }

  const putRule = (name: string, type: string, value: string, more: object = {}) =>
    api.put('RulesTable', {
      ...{ name, workflow: 'Ingest', collection: COLLECTION, rule: { type, value }, state: 'ENABLED' },
      ...{ createdAt: 1, updatedAt: 1, ...more },
    });

  const ofStream = (message: unknown, sequenceNumber: string, stream = 'one') => ({
    eventSource: 'aws:kinesis',
    eventSourceARN: streamArn(stream),
    kinesis: { data: Buffer.from(JSON.stringify(message)).toString('base64'), sequenceNumber },
  });
  const ofTopic = (message: unknown, MessageId: string, topic = 'one') => ({
    EventSource: 'aws:sns',
    Sns: { Message: JSON.stringify(message), TopicArn: topicArn(topic), MessageId },
  });
  const deliver = (...Records: object[]) => startWorkflowsOfRecords({ Records }, starting);

  test('start what a schedule’s input names, once for each invocation', async () => {
    await api.ask('POST /rules', {
      ...{ name: 'daily', workflow: 'Ingest', collection: COLLECTION, provider: 'modaps' },
      ...{
        rule: { type: 'scheduled', value: 'rate(1 day)' },
        meta: { a: 1 },
        payload: { day: 1 },
        executionNamePrefix: 'day',
      },
    });
    const [{ targets } = {}] = (await aws.schedules()) as readonly { targets?: [{ Input: object }] }[];
    const input = targets?.[0].Input;
    const fresh = await started(async () => {
      await startScheduledWorkflow(input, 'request-1', starting);
      // Lambda invokes a function again with the same id.
      await startScheduledWorkflow(input, 'request-1', starting);
    });
    expect(fresh).toMatchObject([
      [
        expect.stringMatching(/^day-[0-9a-f-]{36}$/),
        {
          payload: { day: 1 },
          meta: {
            a: 1,
            workflow_name: 'Ingest',
            stack: api.prefix,
            collection: COLLECTION,
            provider: { id: 'modaps' },
          },
        },
      ],
    ]);
    expect(await started(() => startScheduledWorkflow(input, 'request-2', starting))).toHaveLength(1);
    // As the earliest releases gave it.
    const template = `s3://${BUCKET}/${api.prefix}/workflows/Ingest.json`;
    expect(
      await started(() => startScheduledWorkflow({ template, collection: COLLECTION }, 'request-3', starting)),
    ).toHaveLength(1);
    await expect(startScheduledWorkflow({}, 'request-4', starting)).rejects.toMatchObject({
      code: 'INVALID_RULE_EVENT',
    });
    const absent = { definition: { name: 'Ingest' }, collection: { name: 'none', version: '1' } };
    await expect(startScheduledWorkflow(absent, 'request-5', starting)).rejects.toMatchObject({
      ...{ code: 'RECORD_DOES_NOT_EXIST' },
    });
    expect((await api.ask('DELETE /rules/daily')).status).toBe(200);
  });

  describe('of a stream', () => {
    beforeAll(async () => {
      await putRule('one', 'kinesis', streamArn('one'), { meta: { own: 1 } });
      await putRule('other_version', 'kinesis', streamArn('one'), { collection: { ...COLLECTION, version: '007' } });
      await putRule('other_stream', 'kinesis', streamArn('two'));
      await putRule('off', 'kinesis', streamArn('one'), { state: 'DISABLED' });
    });

    test('start the workflows of its ENABLED rules that are of the collection, once for each record', async () => {
      const byName = { collection: 'MOD09GQ', identifier: 'x' };
      expect(await started(() => deliver(ofStream(byName, '1'), ofStream(byName, '1')))).toHaveLength(2);
      const whole = { collection: COLLECTION, n: 1 };
      expect(await started(() => deliver(ofStream(whole, '2')))).toMatchObject([
        [expect.any(String), { payload: whole, meta: { own: 1, collection: COLLECTION } }],
      ]);
      const notification = { collection: 'MOD09GQ', product: { dataVersion: '007' } };
      expect(await started(() => deliver(ofStream(notification, '3')))).toMatchObject([
        [expect.any(String), { meta: { collection: { version: '007' } } }],
      ]);
      expect(await started(() => deliver(ofStream({ collection: 'OTHER' }, '4')))).toEqual([]);
    });

    test('send what starts nothing to the fallback topic, from which it is tried once more; without one it comes again', async () => {
      const bad = ofStream({ no: 'collection' }, '5');
      const good = ofStream({ collection: COLLECTION }, '6');
      expect(
        await started(async () => {
          await expect(deliver(bad, good)).rejects.toMatchObject({ code: 'INVALID_RULE_EVENT' });
          await expect(deliver(bad, good)).rejects.toThrow('names no collection');
        }),
      ).toHaveLength(1);
      const withTopic = { ...starting, fallbackTopicArn: topicArn('two') };
      expect(await started(() => startWorkflowsOfRecords({ Records: [bad, good] }, withTopic))).toEqual([]);
      const none = { ...starting, fallbackTopicArn: topicArn('none') };
      await expect(startWorkflowsOfRecords({ Records: [bad] }, none)).rejects.toThrow('names no collection');
      // What the topic delivers is the record of the stream.
      const again = ofStream({ collection: COLLECTION }, '7');
      expect(await started(() => deliver(ofTopic(again, 'm7', 'two')))).toMatchObject([
        [expect.any(String), { meta: { own: 1 } }],
      ]);
      await expect(startWorkflowsOfRecords({ Records: [ofTopic(bad, 'm8', 'two')] }, withTopic)).rejects.toThrow();
    });

    test('log its records with their data', () => {
      lines.splice(0);
      logRecords({ Records: [ofStream({ collection: 'ÄÖ' }, '8')] }, log);
      expect(lines).toMatchObject([['record of a stream', { record: { kinesis: { data: '{"collection":"ÄÖ"}' } } }]]);
    });
  });

  test('of a topic start the workflows of its ENABLED rules, with the topic in meta', async () => {
    await putRule('topic', 'sns', topicArn('one'), { meta: { own: 2 } });
    await putRule('other_topic', 'sns', topicArn('two'));
    await putRule('off_topic', 'sns', topicArn('one'), { state: 'DISABLED' });
    const message = { Records: [{ s3: { object: { key: 'k' } } }] };
    expect(await started(() => deliver(ofTopic(message, 'm1')))).toMatchObject([
      [
        expect.any(String),
        { payload: message, meta: { own: 2, snsSourceArn: topicArn('one'), collection: COLLECTION } },
      ],
    ]);
    await expect(deliver({ EventSource: 'aws:s3' })).rejects.toMatchObject({ code: 'INVALID_RULE_EVENT' });
  });

  test('of a queue start a workflow for each message, which goes when the workflow has succeeded, and else comes again', async () => {
    const QueueUrl = await aws.queue('polled', { VisibilityTimeout: '30' });
    await putRule('queue', 'sqs', QueueUrl, { meta: { visibilityTimeout: 90, retries: 1 } });
    await putRule('gone', 'sqs', `${QueueUrl}-none`);
    await putRule('off_queue', 'sqs', QueueUrl, { state: 'DISABLED' });
    for (const n of [1, 2]) {
      const MessageBody = JSON.stringify({ collection: 'MOD09GQ', n });
      await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no JSON' }));
    const poll = () => pollQueues({ messageLimit: 10, timeLimit: 5 }, starting);
    const fresh = await started(poll);
    const eventSource = {
      ...{ type: 'sqs', messageId: expect.any(String), queueUrl: QueueUrl, receiptHandle: expect.any(String) },
      ...{ receivedCount: 1, deleteCompletedMessage: true, workflow_name: 'Ingest' },
    };
    expect(fresh.map(([, { payload }]) => (payload as { n: number }).n).sort()).toEqual([1, 2]);
    for (const [, message] of fresh) expect(message).toMatchObject({ meta: { eventSource } });
    expect(lines.map(([message]) => message)).toEqual(
      expect.arrayContaining(['message of a queue started no workflow', 'queue of rules not found']),
    );
    expect(await started(poll)).toEqual([]);

    const ended = (status: string, input: unknown) => ({
      ...{
        source: 'aws.states',
        'detail-type': 'Step Functions Execution Status Change',
        time: '2026-01-01T00:00:00Z',
      },
      detail: {
        executionArn: `${aws.machine.replace(':stateMachine:', ':execution:')}:x`,
        status,
        startDate: 1,
        input: JSON.stringify(input),
      },
    });
    const [[, first] = [], [, second] = []] = fresh;
    await finishQueueMessage(ended('RUNNING', first), starting);
    await finishQueueMessage(ended('SUCCEEDED', { ...first, meta: { workflow_name: 'Other' } }), starting);
    await finishQueueMessage(ended('SUCCEEDED', first), starting);
    await finishQueueMessage(ended('SUCCEEDED', first), starting);
    await finishQueueMessage(ended('FAILED', second), starting);
    const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 6 }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body))).toEqual([(second as { payload: object }).payload]);
  }, 30_000);

  test('of a queue are polled whatever an earlier release wrote into meta', async () => {
    const QueueUrl = await aws.queue('written_before');
    await putRule('written_before', 'sqs', QueueUrl, { meta: { visibilityTimeout: 99_999, retries: 'some' } });
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ n: 3 }) }));
    const fresh = await started(() => pollQueues({ messageLimit: 10, timeLimit: 5 }, starting));
    expect(fresh.map(([, { payload }]) => payload)).toEqual([{ n: 3 }]);
  }, 30_000);
});
