import { type Context, tableNames, UsageError } from '@cumulus/cli';
import { type CountsTableName, describeTable, physicalTableName, type TableName } from '@cumulus/dynamodb/tables';
import { createServices, type Services } from '../../services.ts';
import { settingsWithoutLogin } from '../../settings.ts';

/** The deployment that a command is about. */
export interface Deployment {
  readonly prefix: string;
  readonly tables: string | undefined;
  readonly 'system-bucket': string | undefined;
  readonly stack: string | undefined;
}

/** The tables that actions on granules read and write. */
const TABLES = ['AsyncOperationsTable', 'GranulesTable', 'FilesTable', 'CollectionsTable', 'ProvidersTable'] as const;

/** What the command works with: the same as an API, whose variables count too, without its login. */
export interface CommandServices extends Services {
  readonly granulesTable: string;
}

/** @throws TableNotFoundError; UsageError where no bucket is named */
export async function commandServices(
  { prefix, tables, stack = prefix, 'system-bucket': given }: Deployment,
  { client, abortSignal, onWarning }: Context,
): Promise<CommandServices> {
  const settings = settingsWithoutLogin(process.env, stack);
  const systemBucket = given ?? settings.systemBucket;
  if (systemBucket === undefined) throw new UsageError('takes --system-bucket, or system_bucket in the environment');
  const named = await tableNames({ prefix, tables }, TABLES);
  // Counts have no other name, and are not needed here.
  const tableName = (name: TableName | CountsTableName): string =>
    name === 'RecordCountsTable' ? physicalTableName(prefix, name) : named(name);
  for (const name of TABLES) await describeTable(client, tableName(name), abortSignal);
  const services = createServices({
    ...{ settings: { ...settings, systemBucket }, client, tableName },
    requestLog: { request: () => undefined, brokenOff: () => undefined, warning: onWarning },
    runner: 'command',
  });
  return { ...services, granulesTable: tableName('GranulesTable') };
}
