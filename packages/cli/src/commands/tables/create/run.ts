import { type CreatedTable, createDeployment } from '@cumulus/dynamodb/tables';
import type { Context, Task } from '../../../command.ts';
import { cumulusTables } from '../../../tables/cumulus-tables.ts';
import { type CreateOptions, parseTags } from './options.ts';

export async function runCreate(options: CreateOptions, { client, abortSignal }: Context): Promise<readonly Task[]> {
  const { 'point-in-time': named, 'dry-run': dryRun = false } = options;
  const pointInTimeTables = named === undefined ? undefined : cumulusTables('point-in-time', named);
  const create: Task['run'] = async () => {
    const { prefix, tag } = options;
    const tags = parseTags(tag);
    const tables = await createDeployment({ client, prefix, pointInTimeTables, tags, dryRun, abortSignal });
    return tables.map((result) => ({
      result: { ...result, dryRun: dryRun || undefined },
      lines: [describeCreated(result, dryRun)],
      notTaken: result.notTaken,
    }));
  };
  return [{ table: null, run: create }];
}

function describeCreated({ table, created }: CreatedTable, dryRun: boolean): string {
  if (!created) return `${table}: was there, and left as it is`;
  return dryRun ? `${table}: would be made` : `${table}: made`;
}
