import { CumulusError } from '../aws/errors.ts';

/** A policy of protection that cannot be used: no JSON, an unknown field, or a value that has no meaning. */
export class PolicyError extends CumulusError {
  readonly code = 'POLICY_INVALID';
}
