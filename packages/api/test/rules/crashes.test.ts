import { createClient } from '@cumulus/dynamodb/aws';
import { createModels } from '@cumulus/models';
import type { Rule } from '@cumulus/models/schemas';
import { describeUnless, ownMoto, sizeOf, whyNoDynamoDBLocal, whyNoMoto } from '@cumulus/test-kit';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { type AwsClients, createAwsClients } from '../../src/aws/clients.ts';
import { createTriggerClients, type TriggerClients } from '../../src/aws/trigger-clients.ts';
import { createTriggers } from '../../src/rules/create-triggers.ts';
import { Rules } from '../../src/rules/rules.ts';
import { Workflows } from '../../src/workflows/workflows.ts';
import { OwnApi } from '../own-api.ts';
import { BUCKET, OwnAws, streamArn, TRIGGERS, topicArn } from './own-aws.ts';

type Given = Readonly<Record<string, unknown>>;
type GivenCase = readonly [type: string, rule: Given];
type ChangeCase = readonly [type: string, rule: Given, changed: Given];

/** Each kill asks AWS some thirty times: a usual run tries the first type. */
function some<T>(cases: readonly T[]): readonly T[] {
  return sizeOf({ usual: cases.slice(0, 1), whole: cases });
}

const COLLECTION = { name: 'MOD09GQ', version: '006' };

const NOTHING = { schedules: [], mappings: [], subscriptions: [], permissions: [] };

class Killed extends Error {
  override readonly name = 'Killed';
}

interface AnyClient {
  readonly middlewareStack: { add(middleware: object, options: object): void };
  destroy(): void;
}

/**
 * A process that is killed once it has sent some requests: nothing that it still tries comes to pass. Or one of which only the next
 * request fails.
 */
class Mortal {
  readonly rules: Rules;
  readonly #clients: AnyClient[] = [];
  readonly #failing: 'all' | 'one';
  #left: number;

  constructor(prefix: string, requests: number, failing: 'all' | 'one' = 'all') {
    this.#left = requests;
    this.#failing = failing;
    const client = this.#mortal(createClient());
    const models = createModels({ client, tables: prefix });
    const immortal = { ...createAwsClients(client), ...createTriggerClients(client) };
    const clients = Object.fromEntries(
      (Object.keys(immortal) as (keyof typeof immortal)[]).map((name) => {
        let made: Promise<unknown> | undefined;
        const make = (): Promise<unknown> => {
          made ??= immortal[name]().then((each) => this.#mortal(each as never));
          return made;
        };
        return [name, make];
      }),
    ) as unknown as AwsClients & TriggerClients;
    const settings = { stackName: prefix, systemBucket: BUCKET, startQueueUrl: undefined, triggers: TRIGGERS };
    const workflows = new Workflows({ settings, models, clients });
    this.rules = new Rules({
      model: models.rules,
      workflows,
      triggers: createTriggers({ settings, clients, workflows }),
    });
  }

  get isDead(): boolean {
    return this.#left < 0;
  }

  destroy(): void {
    for (const client of this.#clients) client.destroy();
  }

  #mortal<C extends AnyClient>(client: C): C {
    const count = (next: (request: unknown) => Promise<unknown>) => async (request: unknown) => {
      this.#left -= 1;
      if (this.#failing === 'all' ? this.#left < 0 : this.#left === -1) throw new Killed();
      return next(request);
    };
    client.middlewareStack.add(count, { step: 'initialize', priority: 'high' });
    this.#clients.push(client);
    return client;
  }
}

describeUnless(
  (await whyNoMoto()) ?? whyNoDynamoDBLocal(),
  'a request about a rule, killed after any of its requests',
  () => {
    const moto = ownMoto();
    const api = new OwnApi({ systemBucket: BUCKET, triggers: TRIGGERS });
    const aws = new OwnAws(moto, api.prefix);

    beforeAll(async () => {
      await api.put('CollectionsTable', { ...COLLECTION, granuleId: '.', granuleIdExtraction: '(.)', files: [] });
    });

    afterEach(clear);

    async function inAws() {
      const schedules = (await aws.schedules()).map(({ name, value, state, targets }) => ({
        ...{ name, value, state, inputs: (targets as { Input: Rule }[]).map(({ Input }) => Input.meta) },
      }));
      return {
        ...{ schedules, mappings: await aws.mappings() },
        ...{ subscriptions: await aws.subscriptions(), permissions: await aws.permissions() },
      };
    }

    /**
     * Does something, killed after one request, after two, and so on, until it is not killed. Each time it is asked again, and what
     * there is then is compared with what there is where nothing was killed.
     */
    async function killedAnywhere(
      prepare: () => Promise<void>,
      ask: (rules: Rules) => Promise<unknown>,
    ): Promise<number> {
      await prepare();
      const answer = await ask(api.services.rules);
      const expected = await inAws();
      for (let requests = 1; ; requests += 1) {
        await clear();
        await prepare();
        const mortal = new Mortal(api.prefix, requests);
        const first = await ask(mortal.rules).catch((error) => error);
        mortal.destroy();
        if (!mortal.isDead) return requests;
        expect(first).toBeInstanceOf(Killed);
        const outcome = await ask(api.services.rules).catch((error) => error);
        // A deletion that had come to its end says that there is no such rule.
        if (answer === undefined)
          expect((outcome as { code?: string } | undefined)?.code ?? 'RECORD_DOES_NOT_EXIST').toBe(
            'RECORD_DOES_NOT_EXIST',
          );
        else
          expect({ requests, outcome }).toEqual({
            requests,
            outcome: expect.objectContaining({ name: (answer as Rule).name }),
          });
        expect({ requests, ...(await inAws()) }).toEqual({ requests, ...expected });
      }
    }

    async function clear(): Promise<void> {
      const { models, rules } = api.services;
      for await (const { name } of models.rules.list({ consistent: true })) await rules.delete(name);
    }

    const ruleOf = (name: string, type: string, value: string, more: object = {}) => ({
      ...{ name, workflow: 'Ingest', collection: COLLECTION, rule: { type, value }, ...more },
    });

    const SCHEDULED = ruleOf('r', 'scheduled', 'rate(1 day)');
    const KINESIS = ruleOf('r', 'kinesis', streamArn('one'));
    const SNS = ruleOf('r', 'sns', topicArn('one'));

    test.each(
      some<GivenCase>([
        ['scheduled', SCHEDULED],
        ['kinesis', KINESIS],
        ['sns', SNS],
      ]),
    )(
      'is completed when it is asked again: creating a rule of type %s',
      async (_type, rule) => {
        const requests = await killedAnywhere(
          async () => undefined,
          (rules) => rules.create(rule),
        );
        expect(requests).toBeGreaterThan(4);
      },
      60_000,
    );

    test('that fails at any of its requests leaves nothing of a new rule, and the same request adds it then', async () => {
      for (let requests = 1; ; requests += 1) {
        const mortal = new Mortal(api.prefix, requests, 'one');
        const outcome = await mortal.rules.create(KINESIS).catch((error) => error);
        mortal.destroy();
        if (!mortal.isDead) break;
        expect(outcome).toBeInstanceOf(Killed);
        expect({ requests, ...(await inAws()) }).toEqual({ requests, ...NOTHING });
        expect(await api.services.models.rules.find({ name: 'r' })).toBeUndefined();
      }
      expect(await aws.mappings()).toHaveLength(2);
    }, 60_000);

    test.each(
      some<ChangeCase>([
        ['sns', SNS, ruleOf('r', 'sns', topicArn('two'))],
        ['scheduled', SCHEDULED, { ...SCHEDULED, state: 'DISABLED', meta: { a: 1 } }],
        ['kinesis', KINESIS, ruleOf('r', 'kinesis', streamArn('two'))],
        ['sns to kinesis', SNS, KINESIS],
      ]),
    )(
      'is completed when it is asked again: changing one of type %s',
      async (_type, rule, changed) => {
        const prepare = async () => void (await api.services.rules.create(rule));
        const requests = await killedAnywhere(prepare, (rules) => rules.replace(changed));
        expect(requests).toBeGreaterThan(4);
      },
      60_000,
    );

    test.each(
      some<GivenCase>([
        ['kinesis', KINESIS],
        ['scheduled', SCHEDULED],
        ['sns', SNS],
      ]),
    )(
      'is completed when it is asked again: deleting one of type %s',
      async (_type, rule) => {
        const prepare = async () => void (await api.services.rules.create(rule));
        const requests = await killedAnywhere(prepare, (rules) => rules.delete('r'));
        expect(requests).toBeGreaterThan(4);
      },
      60_000,
    );
  },
);
