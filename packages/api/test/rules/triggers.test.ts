import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateEventSourceMappingCommand, DeleteEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { OwnApi } from '../own-api.ts';
import { BUCKET, functionArn, OwnAws, streamArn, TRIGGERS, topicArn } from './own-aws.ts';

const COLLECTION = {
  name: 'MOD09GQ',
  version: '006',
  granuleId: '^MOD09GQ\\.A\\d+$',
  granuleIdExtraction: '(MOD09GQ\\.A\\d+)\\.hdf',
  sampleFileName: 'MOD09GQ.A2017025.hdf',
  files: [],
};

const RULE = { workflow: 'Ingest', collection: { name: 'MOD09GQ', version: '006' } };

/** What AWS has of rules. */
const NOTHING = { schedules: [], mappings: [], subscriptions: [], permissions: [] };

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'rules and what starts their workflows', () => {
  const moto = ownMoto();
  const api = new OwnApi({ systemBucket: BUCKET, triggers: TRIGGERS });
  const aws = new OwnAws(moto, api.prefix);

  beforeAll(async () => {
    await api.put('CollectionsTable', { ...COLLECTION, createdAt: 1, updatedAt: 1 });
    await api.put('ProvidersTable', { id: 'modaps', host: 'example.org', protocol: 'https', createdAt: 1 });
  });

  afterEach(async () => {
    for (const { name } of (await api.ask('GET /rules?limit=100')).body.results) {
      expect(await api.ask(`DELETE /rules/${name}`)).toMatchObject({ status: 200 });
    }
    expect(await inAws()).toEqual(NOTHING);
  });

  async function inAws() {
    const [schedules, mappings] = [await aws.schedules(), await aws.mappings()];
    return { schedules, mappings, subscriptions: await aws.subscriptions(), permissions: await aws.permissions() };
  }

  const ruleOf = (name: string, type: string, value: string | undefined, more: object = {}) => ({
    ...RULE,
    name,
    rule: { type, value },
    ...more,
  });

  async function added(rule: { readonly name: string }) {
    const { status, body } = await api.ask('POST /rules', rule);
    expect({ status, body }).toMatchObject({ status: 200, body: { message: 'Record saved' } });
    expect((await api.ask(`GET /rules/${rule.name}`)).body).toMatchObject(body.record);
    return body.record;
  }

  describe('a scheduled rule', () => {
    test('is a rule of EventBridge, changed and deleted with it, whose target has all that its workflow gets', async () => {
      const given = {
        ...ruleOf('daily', 'scheduled', 'rate(1 day)', { provider: 'modaps', meta: { a: 1 }, payload: { day: 1 } }),
        ...{ queueName: 'fast', queueUrl: 'https://sqs.example.org/q', executionNamePrefix: 'night' },
      };
      await added(given);
      const input = {
        template: { cumulus_meta: {}, meta: { stack: api.prefix } },
        definition: { name: 'Ingest', arn: aws.machine },
        provider: 'modaps',
        collection: RULE.collection,
        meta: { a: 1 },
        cumulus_meta: {},
        payload: { day: 1 },
        ...{ queueName: 'fast', queueUrl: 'https://sqs.example.org/q', executionNamePrefix: 'night' },
      };
      const target = { Id: 'lambdaTarget', Arn: functionArn('ScheduleSF'), Input: input };
      const schedule = {
        name: `${api.prefix}-custom-daily`,
        value: 'rate(1 day)',
        state: 'ENABLED',
        targets: [target],
      };
      expect(await aws.schedules()).toEqual([schedule]);

      const { status } = await api.ask('PUT /rules/daily', {
        ...{ ...given, state: 'DISABLED', meta: { b: 2 }, rule: { type: 'scheduled', value: 'rate(2 days)' } },
      });
      expect(status).toBe(200);
      const changed = { ...target, Input: { ...input, meta: { b: 2 } } };
      expect(await aws.schedules()).toEqual([
        { ...schedule, value: 'rate(2 days)', state: 'DISABLED', targets: [changed] },
      ]);
      expect((await api.ask('PATCH /rules/daily', { state: 'ENABLED' })).status).toBe(200);
      expect(await aws.schedules()).toMatchObject([{ state: 'ENABLED', value: 'rate(2 days)' }]);
    });

    test('that AWS refuses is not kept, or stays as it was', async () => {
      const long = ruleOf('x'.repeat(60), 'scheduled', 'rate(1 day)');
      expect(await api.ask('POST /rules', long)).toMatchObject({ status: 400, body: { message: /64 characters/ } });
      const payload = { text: 'x'.repeat(9_000) };
      const large = ruleOf('large', 'scheduled', 'rate(1 day)', { payload });
      expect(await api.ask('POST /rules', large)).toMatchObject({ status: 400, body: { message: /8192/ } });
      expect(
        await api.ask('POST /rules', { ...ruleOf('none', 'scheduled', 'rate(1 day)'), workflow: 'None' }),
      ).toMatchObject({ status: 404 });
      await added(ruleOf('stays', 'scheduled', 'rate(1 day)'));
      const refused = await api.ask('PATCH /rules/stays', {
        rule: { value: 'cron(0 12 * * ? *)' },
        payload,
      });
      expect(refused.status).toBe(400);
      expect((await api.ask('GET /rules/stays')).body.rule.value).toBe('rate(1 day)');
      expect(await aws.schedules()).toMatchObject([{ value: 'rate(1 day)' }]);
    });

    test('takes over the schedule of an earlier release, with its target', async () => {
      const [Name, Arn] = [`${api.prefix}-custom-old`, functionArn('ScheduleSF')];
      await aws.eventBridge.send(new PutRuleCommand({ Name, ScheduleExpression: 'rate(5 days)', State: 'ENABLED' }));
      const target = { Id: 'lambdaTarget', Arn, Input: '{"definition":{}}' };
      await aws.eventBridge.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }));
      const old = ruleOf('old', 'scheduled', 'rate(5 days)', { state: 'ENABLED' });
      await api.put('RulesTable', { ...old, createdAt: 1, updatedAt: 1 });
      expect((await api.ask('PATCH /rules/old', { state: 'DISABLED', meta: { a: 1 } })).status).toBe(200);
      const targets = [{ Id: 'lambdaTarget', Arn, Input: expect.objectContaining({ meta: { a: 1 } }) }];
      expect(await aws.schedules()).toEqual([{ name: Name, value: 'rate(5 days)', state: 'DISABLED', targets }]);
    });

    test('leaves the template out where it does not fit', async () => {
      const template = { meta: { long: 'x'.repeat(9_000) } };
      await aws.putJson(`${api.prefix}/workflow_template.json`, template);
      await added(ruleOf('lean', 'scheduled', 'rate(1 day)'));
      const [{ targets = [] } = {}] = (await aws.schedules()) as readonly { targets?: readonly { Input: object }[] }[];
      expect(Object.keys(targets[0]?.Input ?? {})).toEqual([
        'definition',
        'collection',
        'meta',
        'cumulus_meta',
        'payload',
      ]);
      await aws.putJson(`${api.prefix}/workflow_template.json`, { cumulus_meta: {}, meta: { stack: api.prefix } });
    });
  });

  describe('a rule of a stream', () => {
    const both = (stream: string) => [`${stream} → inboundLogger`, `${stream} → messageConsumer`];

    test('has two event source mappings, which a PUT without their ids does not lose, and which move with its stream', async () => {
      const given = ruleOf('k', 'kinesis', streamArn('one'));
      const { rule } = await added(given);
      const uuid = /^[0-9a-f-]{36}$/;
      expect(rule).toMatchObject({ arn: expect.stringMatching(uuid), logEventArn: expect.stringMatching(uuid) });
      expect(await aws.mappings()).toEqual(both('one'));

      const put = await api.ask('PUT /rules/k', {
        ...given,
        tags: ['x'],
        rule: { ...given.rule, arn: 'of somebody else' },
      });
      expect(put.body).toMatchObject({ tags: ['x'], rule });
      expect((await api.ask('PUT /rules/k', given)).body.rule).toEqual(rule);
      // A rule that is off keeps them: what comes meanwhile must not be waiting when it is on again.
      expect((await api.ask('PATCH /rules/k', { state: 'DISABLED' })).body.rule).toEqual(rule);
      expect(await aws.mappings()).toEqual(both('one'));

      const moved = await api.ask('PATCH /rules/k', { rule: { value: streamArn('two') } });
      expect(moved.body.rule.arn).not.toBe(rule.arn);
      expect(await aws.mappings()).toEqual(both('two'));
      expect((await api.ask('PUT /rules/k', ruleOf('k', 'scheduled', 'rate(1 day)'))).body.rule).toEqual({
        ...{ type: 'scheduled', value: 'rate(1 day)' },
      });
      expect(await aws.mappings()).toEqual([]);
    });

    test('shares them with others of its stream, up to the last', async () => {
      const [first, second] = [
        await added(ruleOf('a', 'kinesis', streamArn('one'))),
        await added(ruleOf('b', 'kinesis', streamArn('one'), { state: 'DISABLED' })),
      ];
      expect(second.rule).toEqual(first.rule);
      expect((await api.ask('DELETE /rules/a')).status).toBe(200);
      expect(await aws.mappings()).toEqual(both('one'));
      expect((await api.ask('DELETE /rules/b')).status).toBe(200);
      expect(await aws.mappings()).toEqual([]);
    });

    test('has them where it is added while the last other one is deleted, and ends as its record says after changes at once', async () => {
      for (let round = 0; round < 3; round += 1) {
        const [leaving, coming] = [`a${round}`, `a${round + 1}`];
        if (round === 0) await added(ruleOf(leaving, 'kinesis', streamArn('one')));
        const [deleted, posted] = await Promise.all([
          api.ask(`DELETE /rules/${leaving}`),
          api.ask('POST /rules', ruleOf(coming, 'kinesis', streamArn('one'))),
        ]);
        expect([deleted.status, posted.status]).toEqual([200, 200]);
        expect(await aws.mappings()).toEqual(both('one'));
        const { arn, logEventArn } = (await api.ask(`GET /rules/${coming}`)).body.rule;
        const uuids = (await aws.mappingsInFull()).map(({ UUID }) => UUID);
        expect([arn, logEventArn].sort()).toEqual(uuids.sort());
      }
      for (let round = 0; round < 6; round += 1) {
        await Promise.all(
          ['two', 'one', 'two'].map(async (stream) =>
            expect((await api.ask('PUT /rules/a3', ruleOf('a3', 'kinesis', streamArn(stream)))).status).toBe(200),
          ),
        );
        const { value } = (await api.ask('GET /rules/a3')).body.rule;
        // moto lets a function have a stream twice, which Lambda refuses.
        expect([...new Set(await aws.mappings())]).toEqual(both(value.replace(/^.*\//, '')));
      }
    });

    test('takes over those that a deployment has, switches them on, and takes them from a function of before', async () => {
      const create = (FunctionName: string, Enabled: boolean) =>
        aws.lambda.send(
          new CreateEventSourceMappingCommand({
            ...{ EventSourceArn: streamArn('one'), FunctionName, StartingPosition: 'LATEST', Enabled },
          }),
        );
      const { UUID: arn } = await create(functionArn('messageConsumer'), false);
      const { UUID: logEventArn } = await create(functionArn('sqsMessageConsumer'), true);
      await api.put('RulesTable', {
        ...ruleOf('old', 'kinesis', streamArn('one'), { state: 'ENABLED', createdAt: 1, updatedAt: 1 }),
        rule: { type: 'kinesis', value: streamArn('one'), arn, logEventArn },
      });
      const put = await api.ask('PUT /rules/old', ruleOf('old', 'kinesis', streamArn('one')));
      expect(put.body.rule).toMatchObject({ arn, logEventArn });
      expect(await aws.mappings()).toEqual(both('one'));
      // One that somebody deleted is made again.
      await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID: arn }));
      const again = await api.ask('PUT /rules/old', ruleOf('old', 'kinesis', streamArn('one')));
      expect(again.body.rule).toMatchObject({ logEventArn });
      expect(again.body.rule.arn).not.toBe(arn);
      expect(await aws.mappings()).toEqual(both('one'));
    });

    test('is refused where there is no such stream, and changes back', async () => {
      expect(await api.ask('POST /rules', ruleOf('k', 'kinesis', streamArn('none')))).toMatchObject({
        ...{ status: 400, body: { message: expect.stringContaining('Lambda does not accept') } },
      });
      expect((await api.ask('GET /rules/k')).status).toBe(404);
      const { rule } = await added(ruleOf('k', 'kinesis', streamArn('one')));
      expect((await api.ask('PATCH /rules/k', { rule: { value: streamArn('none') } })).status).toBe(400);
      expect((await api.ask('GET /rules/k')).body.rule).toEqual(rule);
      expect(await aws.mappings()).toEqual(both('one'));
    });
  });

  describe('a rule of a topic', () => {
    test('is a subscription and a permission while it is ENABLED, and moves with its topic', async () => {
      const given = ruleOf('t', 'sns', topicArn('one'));
      const { rule } = await added(given);
      expect(rule.arn).toMatch(/^arn:aws:sns:.*:one:/);
      const of = (topic: string) => ({
        ...{ ...NOTHING, subscriptions: [`${topic} → messageConsumer`], permissions: [`tPermission: ${topic}`] },
      });
      expect(await inAws()).toEqual(of('one'));
      expect((await api.ask('PUT /rules/t', given)).body.rule).toEqual(rule);
      expect((await api.ask('PUT /rules/t', { ...given, state: 'DISABLED' })).body.rule).not.toHaveProperty('arn');
      expect(await inAws()).toEqual(NOTHING);
      expect((await api.ask('PATCH /rules/t', { state: 'ENABLED' })).body.rule.arn).toMatch(/:one:/);
      expect(await inAws()).toEqual(of('one'));
      expect((await api.ask('PATCH /rules/t', { rule: { value: topicArn('two') } })).body.rule.arn).toMatch(/:two:/);
      expect(await inAws()).toEqual(of('two'));
    });

    test('shares the subscription with others that are ENABLED, up to the last, and takes over what there is', async () => {
      const Endpoint = functionArn('messageConsumer');
      await aws.sns.send(new SubscribeCommand({ TopicArn: topicArn('one'), Protocol: 'lambda', Endpoint }));
      await added(ruleOf('a', 'sns', topicArn('one')));
      await added(ruleOf('b', 'sns', topicArn('one')));
      await added(ruleOf('c', 'sns', topicArn('one'), { state: 'DISABLED' }));
      const shared = ['one → messageConsumer'];
      expect(await inAws()).toMatchObject({
        subscriptions: shared,
        permissions: ['aPermission: one', 'bPermission: one'],
      });
      expect((await api.ask('DELETE /rules/a')).status).toBe(200);
      expect(await inAws()).toMatchObject({ subscriptions: shared, permissions: ['bPermission: one'] });
      expect((await api.ask('PATCH /rules/b', { state: 'DISABLED' })).status).toBe(200);
      expect(await inAws()).toEqual(NOTHING);
    });
  });

  test('a rule whose topic or stream is gone can be deleted', async () => {
    await aws.sns.send(new CreateTopicCommand({ Name: 'brief' }));
    await aws.askKinesis('CreateStream', { StreamName: 'brief', ShardCount: 1 });
    await added(ruleOf('t', 'sns', topicArn('brief')));
    await added(ruleOf('k', 'kinesis', streamArn('brief')));
    await aws.sns.send(new DeleteTopicCommand({ TopicArn: topicArn('brief') }));
    await aws.askKinesis('DeleteStream', { StreamName: 'brief' });
    expect((await api.ask('DELETE /rules/t')).status).toBe(200);
    expect((await api.ask('DELETE /rules/k')).status).toBe(200);
    expect(await inAws()).toEqual(NOTHING);
  });

  describe('a rule of a queue', () => {
    test('gets the queue’s visibility time-out, if the queue is there and has a dead-letter queue', async () => {
      const value = await aws.queue('fine');
      const { meta } = await added(ruleOf('q', 'sqs', value, { meta: { mine: 1 } }));
      expect(meta).toEqual({ mine: 1, visibilityTimeout: 40, retries: 3 });
      const own = { visibilityTimeout: 90, retries: 0 };
      expect((await api.ask('PUT /rules/q', ruleOf('q', 'sqs', value, { meta: own }))).body.meta).toEqual(own);
      const arn = `arn:aws:sqs:us-east-1:123456789012:fine`;
      expect((await added(ruleOf('by_arn', 'sqs', arn))).meta).toMatchObject({ visibilityTimeout: 40 });

      const refusal = async (queue: string) => (await api.ask('POST /rules', ruleOf('bad', 'sqs', queue))).body.message;
      expect(await refusal(`${value}-none`)).toMatch(/does not exist/);
      expect(await refusal(await aws.queue('undead', { hasDeadLetters: false }))).toMatch(/has no dead-letter queue/);
      expect(await refusal(await aws.queue('hasty', { VisibilityTimeout: '0' }))).toMatch(/has no visibility time-out/);
      expect((await api.ask('GET /rules/bad')).status).toBe(404);
    });

    test('takes what SQS takes, and keeps what an earlier release wrote', async () => {
      const value = await aws.queue('limited');
      for (const meta of [
        { visibilityTimeout: 43_201 },
        { visibilityTimeout: 1.5 },
        { visibilityTimeout: 'a minute' },
        { retries: -1 },
        { retries: { many: true } },
      ])
        expect(await api.ask('POST /rules', ruleOf('bad', 'sqs', value, { meta }))).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining(`meta.${Object.keys(meta)[0]} of a rule of a queue takes`) },
        });
      expect((await api.ask('GET /rules/bad')).status).toBe(404);
      const old = { visibilityTimeout: 50_000, retries: 'some' };
      await api.put('RulesTable', { ...ruleOf('old', 'sqs', value, { meta: old }), state: 'ENABLED', createdAt: 1 });
      expect(await api.ask('PATCH /rules/old', { meta: { mine: 1 } })).toMatchObject({
        status: 200,
        body: { meta: { ...old, mine: 1 } },
      });
    });
  });

  describe('a onetime rule', () => {
    test('starts its workflow with its payload and its prefix, and nothing where its collection or provider is absent', async () => {
      const more = { provider: 'modaps', payload: { one: 1 }, executionNamePrefix: 'once' };
      await added(ruleOf('once', 'onetime', undefined, more));
      const executions = Object.entries(await aws.executions());
      expect(executions).toMatchObject([
        [expect.stringMatching(/^once-[0-9a-f-]{36}$/), { payload: { one: 1 }, meta: { provider: { id: 'modaps' } } }],
      ]);
      const absent = { ...ruleOf('absent', 'onetime', undefined), collection: { name: 'none', version: '1' } };
      expect((await api.ask('POST /rules', absent)).status).toBe(404);
      expect((await api.ask('POST /rules', ruleOf('absent', 'onetime', undefined, { provider: 'none' }))).status).toBe(
        404,
      );
      expect((await api.ask('GET /rules/absent')).status).toBe(404);
      expect(Object.keys(await aws.executions())).toHaveLength(1);
    });
  });
});

describeUnless(whyNoDynamoDBLocal(), 'rules in a deployment without the functions', () => {
  const api = new OwnApi({ systemBucket: BUCKET });

  test.each([
    ['scheduled', 'rate(1 day)', 'invokeArn'],
    ['kinesis', streamArn('one'), 'messageConsumer, KinesisInboundEventLogger'],
    ['sns', topicArn('one'), 'messageConsumer'],
    ['sqs', 'https://sqs.us-east-1.amazonaws.com/1/q', 'sqsMessageConsumer'],
  ])(
    'of type %s are neither created nor changed nor deleted, but named as what they are: 501',
    async (type, value, missing) => {
      const rule = { ...RULE, name: type, rule: { type, value } };
      const message = expect.stringContaining(`${missing} is not set`);
      expect(await api.ask('POST /rules', rule)).toMatchObject({ status: 501, body: { message } });
      expect((await api.ask(`GET /rules/${type}`)).status).toBe(404);
      await api.put('RulesTable', { ...rule, state: 'ENABLED', createdAt: 1, updatedAt: 1 });
      expect(await api.ask(`PATCH /rules/${type}`, { state: 'DISABLED' })).toMatchObject({
        status: 501,
        body: { message },
      });
      // Of a queue AWS has nothing to delete.
      expect((await api.ask(`DELETE /rules/${type}`)).status).toBe(type === 'sqs' ? 200 : 501);
      if (type !== 'sqs') expect((await api.ask(`GET /rules/${type}`)).body).toMatchObject({ state: 'ENABLED' });
    },
  );
});
