import { type Context, count, type Outcome, type Task, tableNames } from '@cumulus/cli';
import { forEachAtOnce } from '@cumulus/dynamodb/aws';
import { describeTable } from '@cumulus/dynamodb/tables';
import { createModels, type RuleUnderWay } from '@cumulus/models';
import { createAwsClients } from '../../../aws/clients.ts';
import { createTriggerClients } from '../../../aws/trigger-clients.ts';
import { createTriggers, type Triggers } from '../../../rules/create-triggers.ts';
import { Rules } from '../../../rules/rules.ts';
import type { FoundTrigger } from '../../../rules/trigger.ts';
import { settingsWithoutLogin } from '../../../settings.ts';
import { Workflows } from '../../../workflows/workflows.ts';
import type { SyncOptions } from './options.ts';

const TABLES = ['RulesTable', 'CollectionsTable', 'ProvidersTable'] as const;

/** Rules that are compared at once. */
const CONCURRENCY = 8;

/** What happens to what starts a rule's workflow. */
type State =
  | 'written'
  | 'would be written'
  | 'deleted'
  | 'would be deleted'
  | 'unchanged'
  | 'unfinished'
  | 'without rule'
  | 'failed';

/** @throws TableNotFoundError; what reading the table throws */
export async function runSync(options: SyncOptions, context: Context): Promise<readonly Task[]> {
  const { client, abortSignal } = context;
  const tableName = (await tableNames(options, TABLES)) as (name: string) => string;
  for (const name of TABLES) await describeTable(client, tableName(name), abortSignal);
  const { prefix, 'system-bucket': systemBucket, stack: stackName = prefix } = options;
  const settings = { ...settingsWithoutLogin(process.env, stackName), systemBucket };
  const models = createModels({ client, tables: tableName });
  const clients = { ...createAwsClients(client), ...createTriggerClients(client) };
  const workflows = new Workflows({ settings, models, clients });
  const triggers = createTriggers({ settings, clients, workflows });
  const rules = new Rules({ model: models.rules, workflows, triggers });
  const all = (await models.rules.allUnderWay()).toSorted((a, b) => (a.rule.name < b.rule.name ? -1 : 1));
  const compared = new Map<RuleUnderWay, Compared>();
  await forEachAtOnce(all, CONCURRENCY, abortSignal, async (each) => {
    compared.set(each, await compare(each, rules));
  });
  const sync = new Sync({ rules, triggers, isDry: options['dry-run'] === true });
  await context.confirm(async () => sync.question([...compared]), 'Nothing was changed.');
  const tasks = all.map((each): Task => {
    const run = async (): Promise<readonly Outcome[]> => {
      abortSignal.throwIfAborted();
      return sync.one(each, compared.get(each) as Compared);
    };
    return { table: null, run };
  });
  const end = async (): Promise<readonly Outcome[]> => [...(await sync.strays(all)), sync.summary];
  return [...tasks, { table: null, run: end }];
}

/** What there is in AWS for a rule, or why that is not known. */
type Compared = { readonly found: FoundTrigger } | { readonly error: Error };

async function compare({ rule }: RuleUnderWay, rules: Rules): Promise<Compared> {
  try {
    return { found: await rules.compare(rule) };
  } catch (error) {
    return { error: error as Error };
  }
}

interface SyncParts {
  readonly rules: Rules;
  readonly triggers: Triggers;
  readonly isDry: boolean;
}

/** Brings AWS in line with rules, and counts the outcomes. */
class Sync {
  readonly #parts: SyncParts;
  readonly #counts = new Map<State, number>();

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  question(compared: readonly (readonly [RuleUnderWay, Compared])[]): string | undefined {
    const states = compared.map(([each, found]) => this.#stateOf(each, found));
    const changed = states.filter((state) => state === 'written' || state === 'deleted').length;
    return changed === 0 ? undefined : `Change in AWS what starts the workflows of ${count(changed, 'rule')}?`;
  }

  /** @returns nothing for a rule of which AWS has what it needs */
  async one(each: RuleUnderWay, compared: Compared): Promise<readonly Outcome[]> {
    const { name, rule } = each.rule;
    const fields = { rule: name, type: rule?.type };
    const state = this.#stateOf(each, compared);
    try {
      if ('error' in compared) throw compared.error;
      if (state === 'written') await this.#parts.rules.bringInLine(name);
      if (state === 'deleted') await this.#parts.rules.delete(name);
    } catch (error) {
      this.#count('failed');
      const failure = `${name}: ${(error as Error).message}`;
      return [outcome('failed', `${name}: failed`, fields, { failure, error })];
    }
    this.#count(state);
    if (state === 'unchanged') return [];
    const { found } = compared;
    const warning = `The request that added rule ${name}, or changed it, did not come to its end. Send it again.`;
    const line = `${name} (${rule?.type}): ${state} (${found})`;
    return [outcome(state, line, { ...fields, found }, state === 'unfinished' ? { warning } : {})];
  }

  /** The schedules that belong to no rule. They are left: what they are for is not known here. */
  async strays(all: readonly RuleUnderWay[]): Promise<readonly Outcome[]> {
    const scheduled = all.flatMap(({ rule }) => (rule.rule?.type === 'scheduled' ? rule.name : []));
    try {
      return [...(await this.#parts.triggers.scheduled.all())]
        .filter(([, name]) => !scheduled.includes(name))
        .map(([schedule, name]) => {
          this.#count('without rule');
          const warning = `The schedule ${schedule} of EventBridge is of no rule, starts its workflow all the same, and was left.`;
          return outcome('without rule', `${schedule}: of no rule`, { rule: name, type: 'scheduled' }, { warning });
        });
    } catch (error) {
      this.#count('failed');
      const failure = `Whether there are schedules of no rule is not known. ${(error as Error).message}`;
      return [outcome('failed', 'schedules of no rule: failed', { type: 'scheduled' }, { failure, error })];
    }
  }

  get summary(): Outcome {
    const of = (state: State): number => this.#counts.get(state) ?? 0;
    const counts = {
      ...{ written: of('written'), deleted: of('deleted') },
      planned: of('would be written') + of('would be deleted'),
      ...{ unchanged: of('unchanged'), unfinished: of('unfinished') },
      ...{ withoutRule: of('without rule'), failed: of('failed') },
    };
    const changed = this.#parts.isDry
      ? `${counts.planned} would be changed`
      : `${counts.written} written, ${counts.deleted} deleted`;
    return {
      result: { state: 'ended', ...counts },
      isSummary: true,
      lines: [`${changed}, ${counts.unchanged} as they should be, ${counts.failed} failed`],
    };
  }

  #stateOf({ rule, change }: RuleUnderWay, compared: Compared): State {
    if ('error' in compared) return 'failed';
    const { isDry } = this.#parts;
    if (change?.kind === 'delete') return isDry ? 'would be deleted' : 'deleted';
    // To complete it would start its workflow.
    if (change !== undefined && rule.rule?.type === 'onetime') return 'unfinished';
    if (compared.found === 'same' && change === undefined) return 'unchanged';
    return isDry ? 'would be written' : 'written';
  }

  #count(state: State): void {
    this.#counts.set(state, (this.#counts.get(state) ?? 0) + 1);
  }
}

function outcome(state: State, line: string, fields: object, more: Partial<Outcome> = {}): Outcome {
  return { result: { table: null, state, ...fields }, lines: [line], ...more };
}
