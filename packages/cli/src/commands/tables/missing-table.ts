import { placeOf, TableNotFoundError } from '@cumulus/dynamodb/aws';
import { isOptionalTable } from '@cumulus/dynamodb/tables';
import type { Context, Outcome, Task } from '../../command.ts';

/**
 * What a command says of a table that does not exist.
 * @param isOfDeployment whether it was chosen with all of its deployment, which may lack some
 */
export async function missingTable(
  table: string,
  { client }: Pick<Context, 'client'>,
  isOfDeployment: boolean,
): Promise<Outcome> {
  if (isOfDeployment && isOptionalTable(table)) return withoutTable(table);
  const error = new TableNotFoundError(table, await placeOf(client));
  return { result: { table }, lines: [`${table}: missing`], failure: error.message, error };
}

/** Tasks that say of each table that it is left out, because the deployment has none, and need not. */
export function withoutTables(missing: readonly string[]): readonly Task[] {
  return missing.map((table) => ({ table, run: async () => [withoutTable(table)] }));
}

function withoutTable(table: string): Outcome {
  return {
    result: { table, missing: true },
    lines: [`${table}: missing, and left out; deployments of 1.17 and 1.18 have none`],
  };
}
