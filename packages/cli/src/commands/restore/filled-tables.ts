import { hasItems } from '@cumulus/dynamodb/items';
import { findTable } from '@cumulus/dynamodb/tables';
import type { Context } from '../../command.ts';

/** Those of these tables that exist and have items. */
export async function filledTables(
  tables: readonly string[],
  { client, abortSignal }: Pick<Context, 'client' | 'abortSignal'>,
): Promise<readonly string[]> {
  const filled: string[] = [];
  for (const table of tables) {
    const isThere = (await findTable(client, table, abortSignal)) !== undefined;
    if (isThere && (await hasItems(client, table, abortSignal))) filled.push(table);
  }
  return filled;
}
