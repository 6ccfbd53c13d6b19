import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { listTables, parseTableName, TABLE_NAMES } from '@cumulus/dynamodb/tables';
import type { Named } from '../options/option.ts';

/** Somebody waits for this with a finger on a key. */
const MAX_WAIT = 2_000;

/** Where to look for tables; what is not given comes from the usual places of AWS. */
export interface Where {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** The names of tables or prefixes; none where AWS does not say them in time. */
export async function namedValues(names: Exclude<Named, 'file' | 'folder'>, where: Where): Promise<readonly string[]> {
  if (names === 'Cumulus table') return TABLE_NAMES;
  const tables = await tablesOf(where);
  if (names === 'table') return tables;
  return [...new Set(tables.flatMap((table) => prefixOf(table)))];
}

function prefixOf(table: string): readonly string[] {
  const prefix = parseTableName(table)?.prefix;
  return prefix ? [prefix] : [];
}

async function tablesOf(where: Where): Promise<readonly string[]> {
  const client = createClient({ ...where, retryPolicy: INTERACTIVE_RETRY_POLICY });
  const tables: string[] = [];
  try {
    for await (const table of listTables(client, AbortSignal.timeout(MAX_WAIT))) tables.push(table);
  } catch {
    // Those that came in time are better than none, and a shell has no place for an error.
  } finally {
    client.destroy();
  }
  return tables;
}
