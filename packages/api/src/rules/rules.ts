import {
  type FormerTrigger,
  RecordAlreadyExistsError,
  RecordBeingDeletedError,
  RecordDoesNotExistError,
  type RuleModel,
} from '@cumulus/models';
import type { Rule } from '@cumulus/models/schemas';
import { NotConfiguredError, TriggerRefusedError } from '../errors.ts';
import type { StartableRule, Workflows } from '../workflows/workflows.ts';
import type { Triggers } from './create-triggers.ts';
import { NO_TRIGGER } from './no-trigger.ts';
import type { FoundTrigger, Trigger, TriggeredRule } from './trigger.ts';

export interface RulesOptions {
  readonly model: RuleModel;
  readonly workflows: Pick<Workflows, 'startRule'>;
  readonly triggers: Triggers;
}

/**
 * Rules, with what starts their workflows. The record says what has to be there, and each request about a rule brings it about,
 * also what an earlier one left unfinished: `rule-changes.ts` of the models says how.
 */
export class Rules {
  readonly #model: RuleModel;
  readonly #workflows: Pick<Workflows, 'startRule'>;
  readonly #triggers: Triggers;

  constructor({ model, workflows, triggers }: RulesOptions) {
    this.#model = model;
    this.#workflows = workflows;
    this.#triggers = triggers;
  }

  /**
   * Adds a rule. A onetime rule that is ENABLED starts its workflow. One that cannot do what it is there for is not kept, so that
   * the same request can be made again. A rule of this name whose deletion did not come to its end is deleted first.
   * @throws RecordAlreadyExistsError; SchemaValidationError; as {@link Trigger}'s `prepare` and `put` do, and `startRule`
   */
  async create(record: { readonly [field: string]: unknown }): Promise<Rule> {
    const name = `${record['name']}`;
    const begin = (): Promise<void> =>
      this.#model.beginCreate(record, (rule) => this.#triggerOf(rule).prepare(rule, undefined));
    try {
      await begin();
    } catch (error) {
      if (!(error instanceof RecordAlreadyExistsError && (await this.#isBeingDeleted(name)))) throw error;
      await this.delete(name);
      await begin();
    }
    try {
      return await this.#settle(name);
    } catch (error) {
      await this.#withdraw(name);
      throw error;
    }
  }

  /** Replaces a rule. @throws RecordDoesNotExistError; SchemaValidationError; as {@link Trigger}'s `prepare` and `put` do */
  async replace(record: { readonly [field: string]: unknown }): Promise<Rule> {
    return this.#change(`${record['name']}`, (prepare) => this.#model.beginReplace(record, prepare));
  }

  /**
   * Changes fields of a rule.
   * @param change gives the changes, by the rule as it is; it may be called several times
   * @param remove fields to remove from the rule
   * @throws as {@link replace} does
   */
  async modify(name: string, change: (rule: Rule) => object, remove: readonly string[]): Promise<Rule> {
    return this.#change(name, (prepare) => this.#model.beginModify({ name }, change, remove, prepare));
  }

  /** Deletes a rule with all that starts its workflow. @throws RecordDoesNotExistError; as {@link Trigger}'s `delete` does */
  async delete(name: string): Promise<void> {
    for (;;) {
      const present = await this.#model.findUnderWay({ name });
      if (present === undefined) throw new RecordDoesNotExistError('rule', { name });
      for (const former of [present.rule, ...(present.change?.former ?? [])]) this.#configuredTriggerOf(name, former);
      const { change } = (await this.#model.beginDelete({ name })) ?? {};
      if (change === undefined) throw new RecordDoesNotExistError('rule', { name });
      for (const former of change.former) await this.#deleteTrigger({ name, ...former });
      if (await this.#model.finishDelete({ name }, change)) return;
    }
  }

  /** What there is in AWS for a rule, as its record is. @throws as {@link Trigger}'s `compare` does */
  async compare(rule: Rule): Promise<FoundTrigger> {
    const trigger = this.#triggerOf(rule);
    trigger.requireConfigured();
    return trigger.compare(rule);
  }

  /**
   * Brings AWS in line with a rule's record, whatever there is: after a restore of the table, for instance. It starts no workflow.
   * @throws RecordDoesNotExistError, RecordBeingDeletedError; as {@link Trigger}'s `put` and `delete` do
   */
  async bringInLine(name: string): Promise<void> {
    if (!(await this.#model.beginAgain({ name }))) throw new RecordDoesNotExistError('rule', { name });
    await this.#settle(name);
  }

  /** Starts the workflow of a rule. @throws as `startRule` does */
  async start(rule: StartableRule): Promise<void> {
    await this.#workflows.startRule(rule);
  }

  async #isBeingDeleted(name: string): Promise<boolean> {
    return (await this.#model.findUnderWay({ name }))?.change?.kind === 'delete';
  }

  async #change(name: string, begin: (prepare: PrepareChange) => Promise<void>): Promise<Rule> {
    let before: Rule | undefined;
    await begin(async (rule, stored) => {
      before = stored;
      if (stored !== undefined) this.#configuredTriggerOf(name, stored);
      return this.#triggerOf(rule).prepare(rule, stored);
    });
    try {
      return await this.#settle(name);
    } catch (error) {
      const isRefused = error instanceof TriggerRefusedError || error instanceof NotConfiguredError;
      if (isRefused && before !== undefined) await this.#restore(before);
      throw error;
    }
  }

  /**
   * Brings about what a rule's record says. Where another request has done that meanwhile, for a later record, it is done once more: what was
   * deleted here may be what that record needs.
   */
  async #settle(name: string): Promise<Rule> {
    for (let isOvertaken = false; ; isOvertaken = true) {
      const underWay = await this.#model.findUnderWay({ name });
      if (underWay === undefined) throw new RecordDoesNotExistError('rule', { name });
      const { rule, change } = underWay;
      if (change === undefined && !isOvertaken) return rule;
      if (change === undefined) {
        await this.#model.beginAgain({ name });
        continue;
      }
      if (change.kind === 'delete') throw new RecordBeingDeletedError('rule', { name });
      const arns = await this.#triggerOf(rule).put(rule);
      for (const former of change.former) {
        if (!this.#isStillNeeded(former, rule)) await this.#deleteTrigger({ name, ...former });
      }
      const isStarted = change.kind === 'create' && rule.rule.type === 'onetime' && rule.state === 'ENABLED';
      // By one name, however often it is repeated.
      if (isStarted) await this.#workflows.startRule(rule, { executionId: change.id });
      const settled = await this.#model.settle({ rule, change }, arns);
      if (settled !== undefined) return settled;
    }
  }

  /** Removes a rule that could not be created. If that fails too, its creation or deletion goes on when it is asked for again. */
  async #withdraw(name: string): Promise<void> {
    try {
      const { change } = (await this.#model.findUnderWay({ name })) ?? {};
      if (change?.kind === 'create') await this.delete(name);
    } catch {
      // What made the creation fail is what has to be answered.
    }
  }

  /** Changes a rule back. If that fails, the next request about it goes on with what its record says. */
  async #restore(before: Rule): Promise<void> {
    try {
      await this.#model.beginReplace(before, async () => ({}));
      await this.#settle(before.name);
    } catch {
      // What AWS refused is what has to be answered.
    }
  }

  async #deleteTrigger(former: TriggeredRule): Promise<void> {
    const trigger = this.#triggerOf(former);
    const source = trigger.sourceOf(former);
    if (source === undefined) return;
    const sharing = await this.#namesSharing(former, source);
    await trigger.delete(former, sharing.length > 0);
    if (sharing.length > 0) return;
    // A rule that was written at the same time may have found what has been deleted now.
    for (const name of await this.#namesSharing(former, source)) {
      if (await this.#model.beginAgain({ name })) await this.#settle(name);
    }
  }

  /** The names of other rules that need the same source. Those that are being deleted do not. */
  async #namesSharing({ name, rule: { type } }: TriggeredRule, source: string): Promise<readonly string[]> {
    const trigger = this.#triggers[type];
    return (await this.#model.allUnderWay())
      .filter(({ rule, change }) => rule.name !== name && rule.rule?.type === type && change?.kind !== 'delete')
      .filter(({ rule }) => trigger.isNeededBy(rule) && trigger.sourceOf(rule) === source)
      .map(({ rule }) => rule.name);
  }

  #isStillNeeded(former: FormerTrigger, rule: Rule): boolean {
    const trigger = this.#triggerOf(rule);
    if (former.rule.type !== rule.rule.type || !trigger.isNeededBy(rule)) return false;
    return trigger.sourceOf({ name: rule.name, rule: former.rule }) === trigger.sourceOf(rule);
  }

  #triggerOf({ rule }: Pick<Rule, 'rule'>): Trigger {
    // Other releases may have written any.
    return this.#triggers[rule?.type] ?? NO_TRIGGER;
  }

  /** The trigger of a rule for which there may be something in AWS. @throws NotConfiguredError */
  #configuredTriggerOf(name: string, rule: Pick<Rule, 'rule'>): Trigger {
    const trigger = this.#triggerOf(rule);
    if (trigger.sourceOf({ name, rule: rule.rule }) !== undefined) trigger.requireConfigured();
    return trigger;
  }
}

type PrepareChange = (rule: Rule, stored: Rule | undefined) => Promise<Partial<Rule>>;
