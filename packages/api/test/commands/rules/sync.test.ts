import { DeleteRuleCommand, PutRuleCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { DeleteEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { builtCommand } from '@cumulus/test-kit/command';
import { beforeAll, expect, test } from '@jest/globals';
import { OwnApi } from '../../own-api.ts';
import { BUCKET, functionArn, OwnAws, streamArn, TRIGGERS, topicArn } from '../../rules/own-aws.ts';

const BUILD = new URL('../../../dist/', import.meta.url);
const { run, runJson } = builtCommand({
  bin: new URL('../bin/cumulus-api.js', BUILD),
  module: new URL('run.js', BUILD),
});

const COLLECTION = { name: 'C', version: '1' };

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'rules sync', () => {
  const moto = ownMoto();
  const api = new OwnApi({ systemBucket: BUCKET, triggers: TRIGGERS });
  const { prefix } = api;
  const aws = new OwnAws(moto, prefix);

  const environment = () => ({
    AWS_ENDPOINT_URL: moto.endpoint,
    invokeArn: TRIGGERS.invokeArn,
    messageConsumer: TRIGGERS.messageConsumer,
    KinesisInboundEventLogger: TRIGGERS.kinesisInboundEventLogger,
    sqsMessageConsumer: TRIGGERS.sqsMessageConsumer,
  });
  const command = ['rules', 'sync', '--prefix', prefix, '--system-bucket', BUCKET];
  const sync = (...more: readonly string[]) => runJson([...command, ...more], { environment: environment() });
  const ruleOf = (name: string, type: string, value: string | undefined, more: object = {}) => ({
    ...{ name, workflow: 'Ingest', collection: COLLECTION, rule: { type, value }, ...more },
  });
  const statesOf = (results: unknown) =>
    Object.fromEntries(
      (results as { rule: string; found: string | null; state: string }[]).flatMap(({ rule, found, state }) =>
        state === 'ended' ? [] : [[rule, found === null ? state : `${state} (${found})`]],
      ),
    );
  const inAws = async () => ({
    schedules: (await aws.schedules()).map(({ name, value, state, targets }) => ({ name, value, state, targets })),
    mappings: await aws.mappings(),
    subscriptions: await aws.subscriptions(),
    permissions: await aws.permissions(),
  });

  beforeAll(async () => {
    await api.put('CollectionsTable', { ...COLLECTION, granuleId: '.', granuleIdExtraction: '(.)', files: [] });
    const { rules } = api.services;
    for (const name of ['lost', 'kept', 'altered']) await rules.create(ruleOf(name, 'scheduled', 'rate(1 day)'));
    await rules.create(ruleOf('stream', 'kinesis', streamArn('one')));
    await rules.create(ruleOf('topic', 'sns', topicArn('one')));
    await rules.create(ruleOf('topic_off', 'sns', topicArn('two'), { state: 'DISABLED' }));
    await rules.create(ruleOf('queue', 'sqs', await aws.queue('fine')));
    await rules.create(ruleOf('once', 'onetime', undefined, { state: 'DISABLED' }));
  });

  test('brings AWS in line with the table, and names what belongs to no rule', async () => {
    const settled = await inAws();
    expect(await sync()).toMatchObject({ code: 0, results: [], json: { summary: { unchanged: 8, failed: 0 } } });

    const Name = `${prefix}-custom-lost`;
    await aws.eventBridge.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['lambdaTarget'] }));
    await aws.eventBridge.send(new DeleteRuleCommand({ Name }));
    const change = { Name: `${prefix}-custom-altered`, ScheduleExpression: 'rate(2 days)', State: 'DISABLED' } as const;
    await aws.eventBridge.send(new PutRuleCommand(change));
    for (const { UUID } of await aws.mappingsInFull())
      await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
    // A table that was restored knows a subscription of before.
    const { rule, ...topic } = await api.services.models.rules.get({ name: 'topic' });
    await api.put('RulesTable', { ...topic, rule: { ...rule, arn: `${topicArn('one')}:of-before` } });
    // And what was deleted or added later is as if it had not been.
    const later = await api.services.rules.create(ruleOf('later', 'scheduled', 'rate(1 hour)'));
    await api.services.models.rules.delete({ name: later.name });
    const before = await inAws();

    const expected = {
      altered: 'would be written (other)',
      later: 'without rule',
      lost: 'would be written (missing)',
      stream: 'would be written (missing)',
      topic: 'would be written (other)',
    };
    const planned = await sync('--dry-run');
    expect(planned).toMatchObject({ code: 0, stderr: expect.stringContaining(`${prefix}-custom-later`) });
    expect(statesOf(planned.results)).toEqual(expected);
    expect(planned.json.summary).toMatchObject({ planned: 4, written: 0, unchanged: 4, withoutRule: 1 });
    const asked = await run(command, { environment: environment() });
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('workflows of 4 rules') });
    expect(await inAws()).toEqual(before);

    const done = await sync('--yes');
    expect(done.code).toBe(0);
    expect(statesOf(done.results)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, state]) => [name, state.replace('would be ', '')])),
    );
    const stray = expect.objectContaining({ name: `${prefix}-custom-later` });
    const { schedules, ...others } = await inAws();
    expect(schedules).toEqual(expect.arrayContaining([...settled.schedules, stray]));
    expect(others).toEqual({ ...settled, schedules: undefined });
    expect((await sync()).json.summary).toMatchObject({ written: 0, unchanged: 8, withoutRule: 1 });
    const [mapping] = (await aws.mappingsInFull()).filter(
      ({ FunctionArn }) => FunctionArn === functionArn('messageConsumer'),
    );
    expect((await api.services.models.rules.get({ name: 'stream' })).rule.arn).toBe(mapping?.UUID);
    expect(await aws.executions()).toEqual({});
  }, 60_000);

  test('completes what a request left, starts nothing, and names each rule that fails', async () => {
    const { models } = api.services;
    await models.rules.beginDelete({ name: 'kept' });
    const pass = async () => ({});
    await models.rules.beginCreate(ruleOf('new', 'onetime', undefined), pass);
    await models.rules.beginModify({ name: 'topic' }, () => ({ state: 'DISABLED' }), [], pass);
    await api.put('RulesTable', {
      ...ruleOf('bad', 'scheduled', 'rate(1 day)', { workflow: 'None' }),
      state: 'ENABLED',
    });

    const done = await sync('--yes');
    expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('bad: A workflow "None" does not exist') });
    expect(statesOf(done.results)).toMatchObject({
      ...{ bad: 'failed', kept: 'deleted (same)', new: 'unfinished (same)', topic: 'written (other)' },
    });
    expect(done.json.summary).toMatchObject({ written: 1, deleted: 1, unfinished: 1, failed: 1 });
    expect(await models.rules.find({ name: 'kept' })).toBeUndefined();
    expect((await aws.schedules()).map(({ name }) => name)).not.toContain(`${prefix}-custom-kept`);
    expect([...(await aws.subscriptions()), ...(await aws.permissions())]).toEqual([]);
    expect(await aws.executions()).toEqual({});

    const { invokeArn: _, ...without } = environment();
    const missing = await run([...command, '--dry-run'], { environment: { ...without, invokeArn: '' } });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('invokeArn is not set') });
  }, 60_000);
});
