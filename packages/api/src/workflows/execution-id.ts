import { createHash } from 'node:crypto';

/**
 * The id of an execution, in the form of a UUID, that depends on what it is started for: what is delivered again, or handled again
 * after a failure, starts no second execution, since Step Functions starts only one of a name.
 */
export function executionIdOf(...causes: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(causes)).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
