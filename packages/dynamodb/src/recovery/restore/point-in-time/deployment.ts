import { placeOf } from '../../../aws/client.ts';
import { RECORD_COUNTS_TABLE, TABLE_NAMES } from '../../../tables/definitions.ts';
import { TablesMissingError } from '../../../tables/errors.ts';
import { schemaOf } from '../../../tables/schema.ts';
import { physicalTableName } from '../../../tables/table-names.ts';
import { NotProtectedError } from '../../errors.ts';
import { NOTHING_STARTED } from '../../long-work.ts';
import type { RestorableTable } from '../target.ts';
import { checkEmptyTarget, type EmptyTable, planEmptyTable } from './empty-table.ts';
import { describeCandidate, type RestoreCandidate } from './find.ts';
import { type PlannedRestores, planCandidates, type RestoreTimeOptions } from './plan.ts';

export interface DeploymentRestoreOptions extends RestoreTimeOptions {
  /** The prefix of the deployment. */
  readonly prefix: string;
  /** The prefix of the tables to be made. */
  readonly toPrefix: string;
}

export interface DeploymentRestore extends PlannedRestores {
  readonly empty: readonly EmptyTable[];
  /** The tables of the prefix that do not exist. */
  readonly missing: readonly RestorableTable[];
}

/**
 * Finds out whether a deployment's protected tables can be restored to one instant; changes nothing. What an earlier call
 * of the same started is continued. Tables that are not protected are created empty, like that of the counts.
 * @throws TablesMissingError if there is no table of the prefix; NotProtectedError if none is protected; and what
 *   {@link planRestoresToTime} throws
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { createEmptyTable, finishRestore, planDeploymentRestore, startRestoreToTime } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const options = { advice: ['Run this script again.'] };
 * const { restores, empty } = await planDeploymentRestore({ client, prefix: 'prod', toPrefix: 'prod-monday' });
 * const started = await Promise.all(restores.map((restore) => startRestoreToTime(client, restore)));
 * for (const restore of started) await finishRestore(client, restore, options);
 * for (const table of empty) await createEmptyTable(client, table, options);
 * ```
 */
export async function planDeploymentRestore(options: DeploymentRestoreOptions): Promise<DeploymentRestore> {
  const { client, prefix, toPrefix, abortSignal } = options;
  const named = (name: (typeof TABLE_NAMES)[number] | typeof RECORD_COUNTS_TABLE.name): RestorableTable => ({
    source: physicalTableName(prefix, name),
    target: physicalTableName(toPrefix, name),
  });
  const candidates = await Promise.all(TABLE_NAMES.map((name) => describeCandidate(client, named(name), abortSignal)));
  const missing = candidates.filter((table) => table.description === undefined && !isRestorable(table));
  if (missing.length === candidates.length) {
    const names = missing.map(({ source }) => source);
    throw new TablesMissingError(names, await placeOf(client), [NOTHING_STARTED, 'Check the prefix and the region.']);
  }
  const restorable = candidates.filter(isRestorable);
  if (restorable.length === 0) {
    const names = candidates.filter(({ description }) => description !== undefined).map(({ source }) => source);
    throw new NotProtectedError(names, `No table of ${prefix} has point-in-time recovery.`, [NOTHING_STARTED]);
  }
  const planned = await planCandidates(restorable, options);
  const counts = {
    ...named(RECORD_COUNTS_TABLE.name),
    because: 'counts',
    schema: schemaOf(RECORD_COUNTS_TABLE),
  } as const;
  const unprotected = candidates.flatMap((table) => {
    const { source, target, description } = table;
    if (description === undefined || isRestorable(table)) return [];
    return [{ source, target, because: 'unprotected', schema: description.schema } as const];
  });
  const empty = await Promise.all([...unprotected, counts].map((table) => planEmptyTable(client, table, abortSignal)));
  const isContinued = planned.restores.some(({ started }) => started !== undefined);
  for (const table of empty) await checkEmptyTarget(client, table, isContinued, abortSignal);
  return { ...planned, empty, missing: missing.map(({ source, target }) => ({ source, target })) };
}

function isRestorable({ protection, started }: RestoreCandidate): boolean {
  return protection.enabled || started !== undefined;
}
