import { classifyAwsError } from './classify-error.ts';
import { type AnyClient, placeOf } from './client.ts';
import { TableNotFoundError } from './errors.ts';
import { explainAwsError } from './explain-error.ts';

/** The request to DynamoDB that an error answered. */
export interface RequestContext {
  /** The API action, which is also the IAM action's name after `dynamodb:`. */
  readonly action: string;
  readonly table?: string | undefined;
}

/**
 * Turns what the SDK threw on a request to DynamoDB into an error that says what to do. An error that neither AWS nor the
 * network raised comes back as it is.
 */
export async function explainDynamoDBError(
  thrown: unknown,
  client: AnyClient,
  { action, table }: RequestContext,
): Promise<unknown> {
  const place = await placeOf(client).catch(() => 'the configured region');
  if (classifyAwsError(thrown) === 'not found' && table !== undefined) {
    return new TableNotFoundError(table, place, [], thrown);
  }
  return explainAwsError(thrown, {
    service: `DynamoDB in ${place}`,
    what: table === undefined ? action : `${action} on table ${table}`,
    whenDenied: [`Allow the IAM action dynamodb:${action} on the table.`],
    whenThrottled: ['Wait for the table’s capacity to follow, or use fewer capacity units a second.'],
    table,
  });
}
