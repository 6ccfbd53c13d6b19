import { createHash } from 'node:crypto';
import { toAttributes } from '@cumulus/dynamodb/items';
import { definedFields } from '../schemas/defined-fields.ts';
import type { Rule } from '../schemas/rule.ts';

/**
 * How a rule and what starts its workflow in AWS, its trigger, are changed together, though nothing can write both at once:
 *
 * 1. the record is written with a mark, which has a new id and the triggers that there may be of before,
 * 2. the trigger is made as the record says, and those of before are deleted,
 * 3. what AWS calls it is written, and the mark is taken away, if it is still this very mark.
 *
 * Each step can be repeated. So whatever a killed process left is completed by the next request about the rule, and of two
 * changes at once the later one ends as the record says. A rule that is deleted is marked too, and goes when its trigger is
 * gone.
 */

/** The attribute that marks a rule. */
export const CHANGE_MARK = 'beingChanged';

/** What starts, or started, a rule's workflow. */
export interface FormerTrigger extends Pick<Rule, 'state'> {
  readonly rule: Rule['rule'];
}

/** A change of a rule that has not come to its end. */
export interface RuleChange {
  readonly id: string;
  readonly kind: 'create' | 'change' | 'delete';
  /** The triggers of before that may still be there. */
  readonly former: readonly FormerTrigger[];
  /** Of a creation: what it creates. */
  readonly digest?: string | undefined;
}

/** A rule, with the change of it that is under way. */
export interface RuleUnderWay {
  readonly rule: Rule;
  readonly change: RuleChange | undefined;
}

export function formerTriggerOf({ rule, state }: Rule): FormerTrigger {
  return { rule, state };
}

export function withoutArns({ arn: _, logEventArn: __, ...trigger }: Rule['rule']): Rule['rule'] {
  return trigger;
}

/** A trigger with what AWS calls it: that is kept by the system, whatever is given, and lost only with the trigger itself. */
export function withArns(given: Rule['rule'], stored: Rule['rule'] | undefined): Rule['rule'] {
  const bare = withoutArns(given);
  // Other releases may have written a rule without one.
  if (stored === undefined || given.type !== stored.type || given.value !== stored.value) return bare;
  const { arn, logEventArn } = stored;
  return { ...bare, ...definedFields({ arn, logEventArn }) };
}

/** Equal for rules that are equal but for their times. Typed values have all digits of numbers. */
export function digestOf({ createdAt: _, updatedAt: __, ...rule }: Rule): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(toAttributes(rule))))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, sorted(member)]);
}
