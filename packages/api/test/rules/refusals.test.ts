import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
import { describeUnless, ownMoto, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { createAwsClients } from '../../src/aws/clients.ts';
import { createTriggerClients, type TriggerClients } from '../../src/aws/trigger-clients.ts';
import { createTriggers } from '../../src/rules/create-triggers.ts';
import { Rules } from '../../src/rules/rules.ts';
import { Workflows } from '../../src/workflows/workflows.ts';
import { OwnApi } from '../own-api.ts';
import { BUCKET, OwnAws, streamArn, TRIGGERS, topicArn } from './own-aws.ts';

/** An answer of AWS that moto does not give. */
interface Answer {
  /** The names of the commands that get it. */
  readonly commands: RegExp;
  readonly error: Error;
}

interface AnyClient {
  readonly middlewareStack: { add(middleware: object, options: object): void };
  destroy(): void;
}

function awsError(name: string, message: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });
}

describeUnless((await whyNoMoto()) ?? whyNoDynamoDBLocal(), 'what AWS refuses of rules', () => {
  const moto = ownMoto();
  const api = new OwnApi({ systemBucket: BUCKET, triggers: TRIGGERS });
  const aws = new OwnAws(moto, api.prefix);
  const client = createClient();
  let answer: Answer | undefined;
  let made: Rules | undefined;
  const clients: AnyClient[] = [];

  afterEach(() => {
    answer = undefined;
  });
  afterAll(() => {
    for (const each of [client, ...clients]) each.destroy();
  });

  /** The rules of the API, with clients that get the answer. */
  function rules(): Rules {
    made ??= create();
    return made;
  }

  function create(): Rules {
    const models = createModels({ client, tables: api.prefix });
    const plain = createTriggerClients(client);
    const triggers = Object.fromEntries(
      Object.entries(plain).map(([name, make]) => {
        let known: Promise<unknown> | undefined;
        return [
          name,
          () => {
            known ??= (make as () => Promise<AnyClient>)().then((each) => {
              each.middlewareStack.add(
                (next: (request: unknown) => Promise<unknown>, { commandName }: { readonly commandName: string }) =>
                  async (request: unknown) => {
                    if (answer?.commands.test(commandName)) throw answer.error;
                    return next(request);
                  },
                { step: 'initialize' },
              );
              clients.push(each);
              return each;
            });
            return known;
          },
        ];
      }),
    ) as unknown as TriggerClients;
    const all = { ...createAwsClients(client), ...triggers };
    const settings = { stackName: api.prefix, systemBucket: BUCKET, startQueueUrl: undefined, triggers: TRIGGERS };
    const workflows = new Workflows({ settings, models, clients: all });
    return new Rules({
      model: models.rules,
      workflows,
      triggers: createTriggers({ settings, clients: all, workflows }),
    });
  }

  const ruleOf = (type: string, value: string, more: object = {}) => ({
    ...{ name: 'r', workflow: 'Ingest', collection: { name: 'C', version: '1' }, rule: { type, value }, ...more },
  });
  const found = async () => api.services.models.rules.find({ name: 'r' });
  const SCHEDULED = ruleOf('scheduled', 'rate(1 day)');
  const KINESIS = ruleOf('kinesis', streamArn('one'));
  const SNS = ruleOf('sns', topicArn('one'));

  test('a topic of another region is refused, and nothing is kept of the rule', async () => {
    const error = awsError('InvalidParameterException', 'Invalid parameter: TopicArn');
    answer = { commands: /^(ListSubscriptionsByTopic|Subscribe)Command$/, error };
    await expect(rules().create(SNS)).rejects.toMatchObject({ code: 'TRIGGER_REFUSED' });
    expect(await found()).toBeUndefined();
    expect(await aws.permissions()).toEqual([]);
  });

  test('a stream that Lambda does not know as one is refused, and nothing is kept of the rule', async () => {
    const error = awsError('InvalidParameterValueException', 'Invalid EventSourceArn');
    answer = { commands: /EventSourceMappings?Command$/, error };
    await expect(rules().create(KINESIS)).rejects.toMatchObject({ code: 'TRIGGER_REFUSED' });
    expect(await found()).toBeUndefined();
  });

  test('a full quota of EventBridge is a refusal, which does not pass by itself', async () => {
    const error = awsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
    answer = { commands: /^PutRuleCommand$/, error };
    await expect(rules().create(SCHEDULED)).rejects.toMatchObject({
      code: 'TRIGGER_REFUSED',
      message: expect.stringContaining('exceeds the maximum'),
    });
    expect(await found()).toBeUndefined();
  });

  test.each([
    ['scheduled', SCHEDULED, 'AccessDeniedException'],
    ['kinesis', KINESIS, 'AccessDeniedException'],
    ['sns', SNS, 'AuthorizationErrorException'],
  ])(
    'a missing permission for a rule of type %s is named, and the same request adds it once it is there',
    async (_type, rule, name) => {
      answer = { commands: /./, error: awsError(name, 'User: api is not authorized', 403) };
      const denied = { code: 'NOT_CONFIGURED', message: expect.stringContaining('User: api is not authorized') };
      await expect(rules().create(rule)).rejects.toMatchObject(denied);
      await expect(rules().create(rule)).rejects.toMatchObject(denied);
      answer = undefined;
      await rules().create(rule);
      // A change that is not permitted is taken back.
      answer = { commands: /./, error: awsError(name, 'User: api is not authorized', 403) };
      await expect(rules().replace({ ...rule, meta: { changed: true } })).rejects.toMatchObject(denied);
      expect((await found())?.meta).toBeUndefined();
      await expect(rules().delete('r')).rejects.toMatchObject(denied);
      answer = undefined;
      await rules().delete('r');
      expect(await found()).toBeUndefined();
    },
  );

  test.each([
    ['kinesis', KINESIS, /^CreateEventSourceMappingCommand$/],
    ['sns', SNS, /^AddPermissionCommand$/],
  ])(
    'Lambda that is busy with its function is waited for: a rule of type %s is not taken for added',
    async (_type, rule, commands) => {
      const error = awsError('ResourceConflictException', 'An update is in progress for resource', 409);
      answer = { commands, error };
      await expect(rules().create(rule)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      answer = undefined;
      await rules().create(rule);
      await rules().delete('r');
      expect(await found()).toBeUndefined();
      expect([...(await aws.mappings()), ...(await aws.subscriptions()), ...(await aws.permissions())]).toEqual([]);
    },
  );

  test('a deletion that did not come to its end gives way to a new rule of that name', async () => {
    await rules().create(SCHEDULED);
    answer = { commands: /^DeleteRuleCommand$/, error: awsError('InternalException', 'again', 500) };
    await expect(rules().delete('r')).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    answer = undefined;
    await rules().create(KINESIS);
    expect(await aws.schedules()).toEqual([]);
    expect(await aws.mappings()).toHaveLength(2);
    await expect(rules().create(SCHEDULED)).rejects.toMatchObject({ code: 'RECORD_ALREADY_EXISTS' });
    await rules().delete('r');
  });
});
