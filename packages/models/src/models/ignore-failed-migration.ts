import { CumulusError, InterruptedError } from '@cumulus/dynamodb/aws';

/**
 * For errors of migrating an earlier release's row while it is read: no key, a refusal by KMS, no permission to write. Reading must not
 * fail for them: the row stays as it is until it is read again.
 */
export function ignoreFailedMigration(error: unknown): undefined {
  if (!(error instanceof CumulusError) || error instanceof InterruptedError) throw error;
}
