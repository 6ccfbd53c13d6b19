import type { Rule } from '@cumulus/models/schemas';
import { NotConfiguredError } from '../errors.ts';

/** What AWS calls that which starts a rule's workflow. */
export type TriggerArns = Pick<Rule['rule'], 'arn' | 'logEventArn'>;

/** A rule, as far as its trigger goes. */
export type TriggeredRule = Pick<Rule, 'name' | 'state' | 'rule'>;

/** What there is in AWS for a rule: nothing, what the rule needs, or something else. */
export type FoundTrigger = 'missing' | 'same' | 'other';

/** What starts the workflows of rules of one type. Everything can be repeated, whatever came to its end before. */
export interface Trigger {
  /** @throws NotConfiguredError where the deployment lacks what rules of this type need */
  requireConfigured(): void;

  /**
   * Checks what can be known before anything is written.
   * @param stored the rule as it was; undefined for a new one
   * @returns the fields of the rule that it sets
   * @throws NotConfiguredError, TriggerRefusedError, WorkflowNotFoundError, ServiceUnavailableError
   */
  prepare(rule: Rule, stored: Rule | undefined): Promise<Partial<Rule>>;

  /** What there is in AWS for a rule, which several rules may share; undefined if nothing is. */
  sourceOf(rule: Pick<Rule, 'name' | 'rule'>): string | undefined;

  /** Whether it has to be there as the rule is now. */
  isNeededBy(rule: Pick<Rule, 'state'>): boolean;

  /**
   * Compares what there is in AWS with what the rule needs, and changes nothing.
   * @throws as {@link put} does
   */
  compare(rule: Rule): Promise<FoundTrigger>;

  /**
   * Makes what the rule needs, or changes it. What is there already is taken over.
   * @returns what AWS calls it
   * @throws TriggerRefusedError if AWS does not take it; ServiceUnavailableError
   */
  put(rule: Rule): Promise<TriggerArns>;

  /**
   * Deletes what was there for a rule.
   * @param isShared whether another rule needs the same source, which then stays
   * @throws TriggerRefusedError, ServiceUnavailableError
   */
  delete(rule: TriggeredRule, isShared: boolean): Promise<void>;
}

/** What there is for a rule that needs several things. */
export function together(...found: readonly FoundTrigger[]): FoundTrigger {
  const [first = 'same', ...others] = found;
  return others.every((other) => other === first) ? first : 'other';
}

/** The settings by their variables, all of them given. @throws NotConfiguredError that names each that is not */
export function requireSettings<Name extends string>(
  type: Rule['rule']['type'],
  settings: { readonly [name in Name]: string | undefined },
): { readonly [name in Name]: string } {
  const missing = Object.entries(settings).flatMap(([name, value]) => (value ? [] : name));
  if (missing.length === 0) return settings as { readonly [name in Name]: string };
  throw new NotConfiguredError(
    `Rules of type ${type} do not act in this deployment: ${missing.join(', ')} is not set.`,
    ['Nothing was changed.'],
  );
}

/** What is in a rule's record already. */
export function arnsOf({ rule: { arn, logEventArn } }: Pick<Rule, 'rule'>): TriggerArns {
  return { ...(arn === undefined ? {} : { arn }), ...(logEventArn === undefined ? {} : { logEventArn }) };
}
