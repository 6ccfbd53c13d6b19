import { CumulusError } from '@cumulus/dynamodb/aws';

/** What a function of rules was invoked with, or what a message holds, starts no workflow. */
export class InvalidRuleEventError extends CumulusError {
  readonly code = 'INVALID_RULE_EVENT';
}
