import { placeOf, TableNotFoundError } from '@cumulus/dynamodb/aws';
import type { Context, Outcome } from '../../command.ts';

/** What a command says of a table that a deployment has to have and does not. */
export async function missingTable(table: string, { client }: Pick<Context, 'client'>): Promise<Outcome> {
  const { name, message } = new TableNotFoundError(table, await placeOf(client));
  return { result: { table, error: { name, message } }, lines: [`${table}: missing`], failure: message };
}
