import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { placeOf } from '../../aws/client.ts';
import type { CumulusError } from '../../aws/errors.ts';
import { ManifestError } from '../../backup/errors.ts';
import { type ExportDescription, exportFolderOf, readExport } from '../../backup/read/export-manifest.ts';
import type { S3Access } from '../../storage/open-storage.ts';
import { isS3Url } from '../../storage/s3/url.ts';
import { TABLE_DEFINITIONS, type TableName } from '../../tables/definitions.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { schemaOf, type TableSchema } from '../../tables/schema.ts';
import { parseTableName, tableOfArn } from '../../tables/table-names.ts';
import { TargetExistsError } from '../errors.ts';
import { definedSettings, getRecoveredSettings, type RecoveredSettings } from '../settings/recovered-settings.ts';
import { findImport } from './find.ts';

export interface PlanImportOptions {
  readonly client: DynamoDBClient;
  /** How to reach S3; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  /** The export's folder `s3://BUCKET/PREFIX/AWSDynamoDB/<id>`. */
  readonly folder: string;
  /** The account of the bucket, where that is another one. */
  readonly bucketOwner?: string | undefined;
  /** The name of the table to make. */
  readonly table: string;
  /** The Cumulus table whose key and indexes it gets; else those of the table that was exported. */
  readonly as?: TableName | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** Where the key and indexes of the new table are from: the exported table as it is now, or a Cumulus definition. */
export type SchemaOrigin = 'table' | TableName;

/** An import that can be started. */
export interface PlannedImport {
  readonly table: string;
  readonly exported: ExportDescription;
  readonly bucketOwner?: string | undefined;
  /** The physical name of the table that was exported. */
  readonly source: string;
  readonly schema: TableSchema;
  readonly schemaFrom: SchemaOrigin;
  readonly settings: RecoveredSettings;
  /** The ARN of the same import, if an earlier call started it: under way, or completed. */
  readonly started?: string | undefined;
}

/**
 * Finds out whether an export can be imported as a new table; changes nothing. An import of the same folder to the same
 * table that an earlier call started is continued.
 * @throws ManifestError if it is no export's folder in S3, or of a table whose key is not known
 * @throws CorruptBackupError if a manifest is missing or altered; TargetExistsError; AccessDeniedError; StorageError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishImport, planImport, startImport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * declare const folder: string;
 * const planned = await planImport({ client, folder, table: 'prod-GranulesTable-imported' });
 * const started = await startImport(client, planned);
 * const { items } = await finishImport(client, started, { advice: ['Run this script again.'] });
 * ```
 */
export async function planImport(options: PlanImportOptions): Promise<PlannedImport> {
  const { client, s3, folder, bucketOwner, table, as, abortSignal } = options;
  const exportFolder = exportFolderOf(folder);
  if (!isS3Url(folder) || exportFolder === undefined) throw notImportable(folder);
  const exported = await readExport(exportFolder, { s3 });
  if (exported.changesSince !== undefined) {
    throw new ManifestError(`${exported.folder} is an incremental export: it holds changes, not a whole table.`, [
      'Nothing was changed.',
      'Import a full export, and apply the changes to its table.',
    ]);
  }
  const source = tableOfArn(exported.tableArn);
  const [live, target] = await Promise.all([
    findTable(client, source, abortSignal),
    findTable(client, table, abortSignal),
  ]);
  const started = target === undefined ? undefined : await findImport(client, target, exported.folder, abortSignal);
  if (target !== undefined && started === undefined) {
    throw new TargetExistsError(
      `Table ${table} exists already in ${await placeOf(client)}; an import makes a new one.`,
      [
        'Nothing was changed.',
        `Choose a name that no table has, such as ${source}-imported. To write into a table that exists, restore the export to it.`,
      ],
    );
  }
  // A table of the same name in another account or region is another table.
  const same = live?.arn === exported.tableArn ? live : undefined;
  const { schema, schemaFrom } = chooseSchema(options, source, same);
  const known = same === undefined ? definedSettings(source) : await getRecoveredSettings(client, source, abortSignal);
  const areDefined = as !== undefined || (known.knownFrom === 'nowhere' && schemaFrom !== 'table');
  const settings = areDefined ? settingsOf(schema, known) : known;
  return { table, exported, bucketOwner, source, schema, schemaFrom, settings, started };
}

function chooseSchema(
  { table, as }: Pick<PlanImportOptions, 'table' | 'as'>,
  source: string,
  live: TableDescription | undefined,
): Pick<PlannedImport, 'schema' | 'schemaFrom'> {
  if (as === undefined && live !== undefined) return { schema: live.schema, schemaFrom: 'table' };
  const definition =
    as === undefined
      ? (parseTableName(source) ?? parseTableName(table))?.definition
      : TABLE_DEFINITIONS.find(({ name }) => name === as);
  if (definition !== undefined) return { schema: schemaOf(definition), schemaFrom: definition.name };
  throw new ManifestError(
    `An export does not contain the key of its table, and ${source} neither exists any more nor is a table of Cumulus.`,
    ['Nothing was changed.', 'Name the table of Cumulus that it is like, such as GranulesTable.'],
    undefined,
    'key',
  );
}

/** The settings of a definition, with the tags of the table that was exported. */
function settingsOf(
  { ttlAttribute, pointInTimeRecovery, stream }: TableSchema,
  { tags }: RecoveredSettings,
): RecoveredSettings {
  return { ttlAttribute, pointInTimeRecovery, stream, tags, knownFrom: 'definition' };
}

function notImportable(location: string): CumulusError {
  return new ManifestError(
    `${location} is no folder of an export in S3, which is all that ImportTable reads.`,
    [
      'Nothing was changed.',
      'A backup file, or an export on disk, is restored to a new table, not imported.',
      'An export’s folder is named s3://BUCKET/PREFIX/AWSDynamoDB/<export id>.',
    ],
    undefined,
    'export',
  );
}
