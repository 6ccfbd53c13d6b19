import {
  DescribeImportCommand,
  type DynamoDBClient,
  ImportNotFoundException,
  type ImportSummary,
  ImportTableCommand,
  type ImportTableDescription,
  paginateListImports,
  type S3BucketSource,
  type TableCreationParameters,
} from '@aws-sdk/client-dynamodb';
import { demandEvidence } from '../../aws/answer-evidence.ts';
import { explainAwsError } from '../../aws/aws-errors.ts';
import { placeOf } from '../../aws/client.ts';
import type { CumulusError } from '../../aws/errors.ts';
import { PageTrail } from '../../aws/page-trail.ts';
import { ManifestError } from '../../backup/errors.ts';
import { type ExportDescription, exportFolderOf, readExport } from '../../backup/export-manifest.ts';
import type { ProgressListener, WaitProgress } from '../../items/progress.ts';
import type { S3Access } from '../../storage/folder.ts';
import { isS3Url, parseS3Url } from '../../storage/s3-url.ts';
import { withKeyOrOwn } from '../../tables/create.ts';
import { creationSettings } from '../../tables/creation-settings.ts';
import { parseTableName, TABLE_DEFINITIONS, type TableName } from '../../tables/definitions.ts';
import { findTable, type TableDescription } from '../../tables/describe.ts';
import { createTableInput, schemaOf, type TableSchema } from '../../tables/schema.ts';
import { tableOfArn } from '../../tables/table-arn.ts';
import { ImportFailedError, TargetExistsError } from '../errors.ts';
import { finishWithSettings, type RestoredTable } from '../point-in-time/restore-to-time.ts';
import { definedSettings, type RecoveredSettings, settingsToGive } from '../settings/recovered-settings.ts';
import { adviceOnFailure, explainTransferError } from '../transfer-errors.ts';
import { waitUntil } from '../wait-until.ts';

export interface PlanImportOptions {
  readonly client: DynamoDBClient;
  /** How to ask S3; with the usual settings unless given. */
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

/** An import that nothing stands against. */
export interface PlannedImport {
  readonly table: string;
  readonly exported: ExportDescription;
  readonly bucketOwner?: string | undefined;
  /** The physical name of the table that was exported. */
  readonly source: string;
  readonly schema: TableSchema;
  readonly schemaFrom: SchemaOrigin;
  readonly settings: RecoveredSettings;
  /** The ARN of the same import, if an earlier run began it: under way, or ended. */
  readonly started?: string | undefined;
}

/**
 * Finds out whether an export can be imported as a new table; changes nothing. An import of the same folder to the same
 * table that an earlier run began is found again.
 * @throws ManifestError if it is no export's folder in S3, or of a table whose key is not known
 * @throws CorruptBackupError if a manifest is missing or altered; TargetExistsError; AccessDeniedError; StorageError
 */
export async function planImport(options: PlanImportOptions): Promise<PlannedImport> {
  const { client, s3, folder, bucketOwner, table, as, abortSignal } = options;
  const exportFolder = exportFolderOf(folder);
  if (!isS3Url(folder) || exportFolder === undefined) throw notImportable(folder, table);
  const exported = await readExport(exportFolder, { s3 });
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
        `Choose a name that no table has, such as ${source}-imported, and go on by cumulus-api adopt or copy.`,
        `To write into a table that exists: cumulus-api restore ${folder} --table ${table}`,
      ],
    );
  }
  // A table of the same name in another account or region is another table.
  const same = live?.arn === exported.tableArn ? live : undefined;
  const { schema, schemaFrom } = chooseSchema(options, source, same);
  const settings = same === undefined ? definedSettings(source) : await settingsToGive(client, source, abortSignal);
  return {
    table,
    exported,
    bucketOwner,
    source,
    schema,
    schemaFrom,
    settings:
      as !== undefined || (settings.knownFrom === 'nowhere' && schemaFrom !== 'table')
        ? { ...settingsOf(schema), tags: settings.tags, knownFrom: 'definition' }
        : settings,
    started,
  };
}

/**
 * Tells DynamoDB to import an export as a new table, with on-demand capacity, its key and its global indexes.
 * @returns the import's ARN
 * @throws TargetExistsError; AccessDeniedError; StorageError; RequestFailedError
 */
export async function startImport(
  client: DynamoDBClient,
  { table, exported, bucketOwner, schema, settings: { known } }: PlannedImport,
  abortSignal?: AbortSignal,
): Promise<string> {
  const { KeySchema, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes } = createTableInput(table, {
    key: schema.key,
    globalIndexes: schema.globalIndexes,
    localIndexes: [],
  });
  const { OnDemandThroughput, SSESpecification } =
    known === undefined ? {} : creationSettings(known, await client.config.region());
  const parameters: TableCreationParameters = {
    TableName: table,
    KeySchema,
    AttributeDefinitions,
    BillingMode,
    ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
    ...(OnDemandThroughput === undefined ? {} : { OnDemandThroughput }),
    ...(SSESpecification === undefined ? {} : { SSESpecification }),
  };
  const source = {
    ...sourceOf(exported.folder),
    ...(bucketOwner === undefined ? {} : { S3BucketOwner: bucketOwner }),
  };
  try {
    const { ImportTableDescription: description } = await withKeyOrOwn(parameters, (keyed) =>
      demandEvidence(client).send(
        new ImportTableCommand({
          S3BucketSource: source,
          InputFormat: 'DYNAMODB_JSON',
          InputCompressionType: 'GZIP',
          TableCreationParameters: keyed,
        }),
        abortSignal === undefined ? {} : { abortSignal },
      ),
    );
    return description?.ImportArn ?? '';
  } catch (error) {
    const { name } = error as Error;
    if (name === 'ResourceInUseException' || name === 'ImportConflictException') {
      throw new TargetExistsError(
        `Table ${table} was made by someone else meanwhile: ${(error as Error).message}`,
        ['Nothing was changed.', 'Ask for the import again: it goes on with one of the same folder, if it is that.'],
        error,
      );
    }
    throw await explainTransferError(error, client, { action: 'ImportTable', table });
  }
}

export interface FinishImportOptions {
  readonly client: DynamoDBClient;
  readonly arn: string;
  readonly planned: PlannedImport;
  readonly abortSignal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener<WaitProgress> | undefined;
}

/** What an import has written, and the settings that the table got. */
export interface FinishedImport extends RestoredTable {
  readonly importArn: string;
  readonly items: number;
  /** What AWS charges for: the data read, uncompressed, in bytes. */
  readonly processedBytes: number | undefined;
}

/**
 * Waits until an import has ended, and compares what it wrote with the export's manifest. Then gives the table the
 * settings that an import does not: time to live, recovery, stream, tags.
 * @throws ImportFailedError, with DynamoDB's own code and words, or if not every item of the export was written
 * @throws InterruptedError, StoppedError, which say how to go on; AccessDeniedError
 */
export async function finishImport(options: FinishImportOptions): Promise<FinishedImport> {
  const { client, arn, planned, abortSignal, onProgress } = options;
  const { table, exported } = planned;
  const advice = ['Run the same command again: it goes on with this import, and gives the table its settings.'];
  const ended = await waitUntil({
    table: `the import to ${table}`,
    look: () => describeImport(client, table, arn, abortSignal),
    isOver: ({ ImportStatus }) => ImportStatus !== 'IN_PROGRESS' && ImportStatus !== 'CANCELLING',
    stateOf: describeState,
    advice: ['The import goes on inside AWS.', ...advice],
    abortSignal,
    onProgress,
  });
  const { ImportStatus, ImportedItemCount: items = 0, ErrorCount = 0, ProcessedSizeBytes } = ended;
  if (ImportStatus !== 'COMPLETED') throw await failed(client, planned, ended, abortSignal);
  if (items !== exported.itemCount || ErrorCount > 0) {
    throw new ImportFailedError(
      `The import to ${table} wrote ${items} of the ${exported.itemCount} items of ${exported.folder}; ` +
        `DynamoDB counts ${errors(ErrorCount)}.`,
      [
        `Table ${table} stays as it is, without its settings; the export was only read.`,
        whereErrorsAre(ended),
        `Then add what is missing by: cumulus-api restore ${exported.folder} --table ${table} --skip-existing --verify`,
      ],
    );
  }
  const given = await finishWithSettings(
    client,
    { target: table, settings: planned.settings },
    { advice, abortSignal },
  );
  return { ...given, importArn: arn, items, processedBytes: ProcessedSizeBytes };
}

async function failed(
  client: DynamoDBClient,
  { table }: PlannedImport,
  { ImportArn, ImportStatus = 'FAILED', FailureCode = ImportStatus, ...description }: ImportTableDescription,
  abortSignal: AbortSignal | undefined,
): Promise<ImportFailedError> {
  const { FailureMessage = 'DynamoDB does not say why.', ErrorCount = 0, S3BucketSource: source } = description;
  const left = await findTable(client, table, abortSignal).catch(() => undefined);
  return new ImportFailedError(
    `The import to ${table} ${ImportStatus === 'CANCELLED' ? 'was cancelled' : 'failed'} (${FailureCode}): ` +
      `${FailureMessage}${/[.!]$/.test(FailureMessage) ? '' : '.'} DynamoDB counts ${errors(ErrorCount)}. It was ${ImportArn}.`,
    [
      left === undefined
        ? `There is no table ${table}; the export was only read.`
        : `Table ${table} is ${left.status}, and not whole: delete it before you use its name again. The export was only read.`,
      whereErrorsAre(description),
      ...adviceOnFailure(FailureCode, 'import', source?.S3Bucket),
    ],
  );
}

function describeState({ ImportStatus = 'IN_PROGRESS', ...description }: ImportTableDescription): string {
  const { ImportedItemCount = 0, ProcessedSizeBytes = 0, ErrorCount = 0 } = description;
  const wrong = ErrorCount === 0 ? '' : `, ${errors(ErrorCount)}`;
  return `${ImportStatus}, ${ImportedItemCount} items, ${(ProcessedSizeBytes / 1_000_000).toFixed(1)} MB read${wrong}`;
}

function errors(count: number): string {
  return count === 1 ? '1 error' : `${count} errors`;
}

function whereErrorsAre({ CloudWatchLogGroupArn: group }: ImportTableDescription): string {
  return group === undefined
    ? 'DynamoDB logs what it could not read to CloudWatch Logs, in the group /aws-dynamodb/imports.'
    : `DynamoDB logged what it could not read to CloudWatch Logs, in ${group}.`;
}

/** The last import that made a table out of a folder, if it was made so. */
async function findImport(
  client: DynamoDBClient,
  target: TableDescription,
  folder: string,
  abortSignal: AbortSignal | undefined,
): Promise<string | undefined> {
  const source = sourceOf(folder);
  const found: ImportSummary[] = [];
  try {
    const pages = paginateListImports(
      { client: demandEvidence(client) },
      { TableArn: target.arn },
      abortSignal === undefined ? {} : { abortSignal },
    );
    const trail = new PageTrail<string>(`The list of imports of ${target.name}`);
    for await (const { ImportSummaryList = [], NextToken } of pages) {
      trail.step(NextToken);
      found.push(...ImportSummaryList.filter(({ S3BucketSource }) => isSameSource(source, S3BucketSource)));
    }
  } catch (error) {
    throw await explainAwsError(error, client, { action: 'ListImports', table: target.name });
  }
  for (const { ImportArn: arn } of found.sort(byLatestStart)) {
    if (arn === undefined) continue;
    const { TableId, ImportStatus } = await describeImport(client, target.name, arn, abortSignal);
    const isOfTable = TableId === undefined || TableId === target.id;
    if (isOfTable && (ImportStatus === 'IN_PROGRESS' || ImportStatus === 'COMPLETED')) return arn;
  }
  return undefined;
}

function byLatestStart(a: ImportSummary, b: ImportSummary): number {
  return (b.StartTime?.getTime() ?? 0) - (a.StartTime?.getTime() ?? 0);
}

async function describeImport(
  client: DynamoDBClient,
  table: string,
  arn: string,
  abortSignal: AbortSignal | undefined,
): Promise<ImportTableDescription> {
  try {
    const { ImportTableDescription: description } = await demandEvidence(client).send(
      new DescribeImportCommand({ ImportArn: arn }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    return { ImportArn: arn, ...description };
  } catch (error) {
    if (error instanceof ImportNotFoundException) {
      throw new ImportFailedError(`There is no import ${arn}.`, ['Check --region.'], error);
    }
    throw await explainAwsError(error, client, { action: 'DescribeImport', table });
  }
}

/** What ImportTable reads: the data files, not the manifests beside them. */
function sourceOf(folder: string): S3BucketSource & { readonly S3Bucket: string } {
  const { bucket, key } = parseS3Url(folder);
  return { S3Bucket: bucket, S3KeyPrefix: `${key}/data/` };
}

function isSameSource(a: S3BucketSource, b: S3BucketSource | undefined): boolean {
  return a.S3Bucket === b?.S3Bucket && a.S3KeyPrefix === b?.S3KeyPrefix;
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
    `An export does not tell the key of its table, and ${source} is neither there any more nor a table of Cumulus.`,
    ['Nothing was changed.', 'Name the table of Cumulus that it is like by --for, such as --for GranulesTable.'],
  );
}

function settingsOf({
  ttlAttribute,
  pointInTimeRecovery,
  stream,
}: TableSchema): Omit<RecoveredSettings, 'tags' | 'knownFrom'> {
  return {
    ...(ttlAttribute === undefined ? {} : { ttlAttribute }),
    ...(pointInTimeRecovery === undefined ? {} : { pointInTimeRecovery }),
    ...(stream === undefined ? {} : { stream }),
  };
}

function notImportable(location: string, table: string): CumulusError {
  const restore = `cumulus-api restore ${location} --table ${table} --create-table`;
  return new ManifestError(`${location} is no folder of an export in S3, which is all that ImportTable reads.`, [
    'Nothing was changed.',
    `A backup file, or an export on disk, is written to a new table by: ${restore}`,
    'An export’s folder is named s3://BUCKET/PREFIX/AWSDynamoDB/<export id>.',
  ]);
}
