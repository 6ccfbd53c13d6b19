import { archivedTables, TableNotArchivedError } from '@cumulus/dynamodb/archive';
import type { Context, Outcome, Task } from '../../command.ts';
import type { OptionValues } from '../../options/option.ts';
import { tableFilter } from '../../tables/table-filter.ts';
import { requireArchive, type tablesOptions } from './options.ts';

type Chosen = Pick<OptionValues<typeof tablesOptions>, 'archive' | 'table' | 'prefix'>;

/**
 * A task for each table of an archive that was chosen. One that is named, and that the archive does not have, is a failure.
 * @throws TableNotArchivedError if the archive has none of the prefix, or no table at all
 */
export async function tasksOfTables(
  chosen: Chosen,
  { s3, abortSignal }: Pick<Context, 's3' | 'abortSignal'>,
  run: (table: string) => Promise<Outcome>,
): Promise<readonly Task[]> {
  const location = requireArchive(chosen);
  const known = await archivedTables(location, { s3, abortSignal });
  const tables = known.filter(tableFilter(chosen));
  const { table, prefix } = chosen;
  if (tables.length === 0 && table === undefined) throw new TableNotArchivedError(location, { prefix }, known);
  const missing = (table ?? []).filter((name) => !known.includes(name));
  return [
    ...tables.map((name): Task => ({ table: name, run: async () => [await run(name)] })),
    ...missing.map((name): Task => ({ table: name, run: () => notArchived(location, name, known) })),
  ];
}

/** @throws TableNotArchivedError */
export async function notArchived(location: string, table: string, known: readonly string[]): Promise<never> {
  throw new TableNotArchivedError(location, { table }, known);
}
