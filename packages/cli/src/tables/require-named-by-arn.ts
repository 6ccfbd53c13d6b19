import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { findTable } from '@cumulus/dynamodb/tables';
import type { Caller } from '../caller.ts';
import { TableElsewhereError } from '../errors.ts';
import type { TableArn } from '../options/table-arn.ts';

/**
 * Makes sure that tables which are named by their ARNs are those that the client has under their names: a table of another account
 * may have the same one. Of a table that is to be made, or is gone, the account decides.
 * @throws TableElsewhereError
 */
export async function requireNamedByArn(
  arns: readonly TableArn[],
  { client, caller, abortSignal }: { client: DynamoDBClient; caller: Caller; abortSignal: AbortSignal },
): Promise<void> {
  for (const { arn, name, account } of arns) {
    const table = await findTable(client, name, abortSignal);
    if (table?.arn === arn) continue;
    if (table !== undefined) throw new TableElsewhereError(arn, `The table of that name is here ${table.arn}.`);
    const identity = await caller.identity();
    if (identity?.account === account) continue;
    throw new TableElsewhereError(
      arn,
      identity?.account === undefined
        ? `There is none of that name, and whose account this is, is not known: ${identity?.notKnown ?? 'no credentials'}.`
        : `There is none of that name, and the credentials are of the account ${identity.account}.`,
    );
  }
}
