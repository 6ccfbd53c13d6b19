import { CumulusError, InterruptedError } from '@cumulus/dynamodb/aws';

/**
 * For what fails when an earlier release's row is migrated as it is met: no key, KMS that refuses, no permission to write.
 * Reading must not fail for it: the row stays as it is, until it is met again.
 */
export function leaveAsItIs(error: unknown): undefined {
  if (!(error instanceof CumulusError) || error instanceof InterruptedError) throw error;
}
