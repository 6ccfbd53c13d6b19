import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NextStep } from '../aws/errors.ts';
import { findTable, type TableDescription } from './describe.ts';
import { TableReplacedError } from './errors.ts';
import { describeKey, type TableSchema } from './schema.ts';

/**
 * What distinguishes a table from another one of its name: DynamoDB's own identity, where the server gives one (DynamoDB Local and moto do not),
 * and the time of its creation and its key everywhere.
 */
export interface TableIdentity extends Pick<TableDescription, 'name' | 'arn' | 'id' | 'createdAt'> {
  readonly schema: Pick<TableSchema, 'key'>;
}

export function isSameTable(a: TableIdentity, b: TableIdentity): boolean {
  return a.arn === b.arn && describeIdentity(a) === describeIdentity(b);
}

/**
 * Checks that a table is still the one that the work began with. Call it at the end of the work, before it reports
 * success or replaces anything: requests name a table only by its name, so they may have reached two tables.
 * @param when in words, such as `while it was read`
 * @param advice what was left untouched and what to do next, a sentence each
 * @param next how work that has written to the table is taken up again
 * @throws TableReplacedError if it was deleted, also if another one of its name was made
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { describeTable, requireSameTable } from '@cumulus/dynamodb/tables';
 *
 * const client = createClient({ region: 'us-east-1' });
 * const before = await describeTable(client, 'prod-GranulesTable');
 * // … long work …
 * await requireSameTable(client, before, 'while it was read', ['Nothing was written.']);
 * ```
 */
export async function requireSameTable(
  client: DynamoDBClient,
  before: TableIdentity,
  when: string,
  advice: readonly string[],
  abortSignal?: AbortSignal,
  next?: NextStep,
): Promise<void> {
  requireSame(before, await findTable(client, before.name, abortSignal), when, advice, next);
}

/**
 * Like {@link requireSameTable}, of a table that was described again.
 * @param now undefined if it is not there any more
 */
export function requireSame(
  before: TableIdentity,
  now: TableIdentity | undefined,
  when: string,
  advice: readonly string[],
  next?: NextStep,
): asserts now is TableIdentity {
  if (now !== undefined && isSameTable(before, now)) return;
  throw new TableReplacedError(
    now === undefined
      ? `Table ${before.name} was deleted ${when}: it was ${describeIdentity(before)}.`
      : `Table ${before.name} was deleted and made again ${when}: it was ${describeIdentity(before)}, and is now ${describeIdentity(now)}.`,
    advice,
    next,
  );
}

function describeIdentity({ id, createdAt, schema: { key } }: TableIdentity): string {
  return `that of ${createdAt?.toISOString() ?? 'an unknown time'} (${id}, key ${describeKey(key)})`;
}
