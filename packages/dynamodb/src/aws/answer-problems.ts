import type { HandlerExecutionContext } from '@smithy/types';
import { isObject } from './is-object.ts';
import type { RawResponse } from './raw-response.ts';

/** An input or output of a command. */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a response is not proved to be AWS's complete response to the request, in words; undefined if it is. */
export function problemOfAnswer(
  context: HandlerExecutionContext,
  input: Fields,
  output: Fields,
  response: RawResponse,
): string | undefined {
  return unsaid(context, response) ?? missing(context, input, output) ?? repeated(input, output);
}

/** Commands whose responses show nothing of the request but the consumed capacity. */
export const ANSWERED_BY_CAPACITY = new Set(
  ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'TransactWriteItems', 'BatchWriteItem'].map(
    (action) => `${action}Command`,
  ),
);

/** Why an empty response is not proved to be AWS's, in words. */
function unsaid({ commandName = '' }: HandlerExecutionContext, response: RawResponse): string | undefined {
  switch (commandName) {
    case 'TagResourceCommand': {
      const { 'x-amzn-requestid': id, 'content-type': type = '' } = response.headers;
      return id === undefined && !type.startsWith('application/x-amz-json') ? 'it has no request ID' : undefined;
    }
    case 'AbortMultipartUploadCommand':
    case 'DeleteObjectCommand':
      return response.statusCode === 204 ? undefined : `its status is ${response.statusCode} instead of 204`;
    default:
      return undefined;
  }
}

/** Fields of a table that can be read, besides name and status. A table that is being deleted lacks some. */
const OF_USABLE_TABLE = ['TableArn', 'KeySchema', 'AttributeDefinitions', 'CreationDateTime', 'ItemCount'];

const TABLE_DESCRIPTION = { TableDescription: ['TableName', 'TableStatus'] };

/** Fields that a command's response always has, and the fields within those that are objects. */
const ALWAYS_SENT: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  BatchGetItemCommand: { Responses: [], UnprocessedKeys: [] },
  BatchWriteItemCommand: { UnprocessedItems: [] },
  CreateBackupCommand: { BackupDetails: ['BackupArn', 'BackupName', 'BackupStatus'] },
  CreateTableCommand: TABLE_DESCRIPTION,
  DeleteBackupCommand: { BackupDescription: [] },
  DeleteTableCommand: TABLE_DESCRIPTION,
  DescribeBackupCommand: { BackupDescription: ['BackupDetails'] },
  DescribeContinuousBackupsCommand: { ContinuousBackupsDescription: ['ContinuousBackupsStatus'] },
  DescribeContributorInsightsCommand: { ContributorInsightsStatus: [] },
  DescribeExportCommand: { ExportDescription: ['ExportArn', 'ExportStatus'] },
  DescribeImportCommand: { ImportTableDescription: ['ImportArn', 'ImportStatus'] },
  DescribeKinesisStreamingDestinationCommand: { TableName: [] },
  DescribeStreamCommand: { StreamDescription: ['StreamArn', 'Shards'] },
  DescribeTableCommand: { Table: ['TableName', 'TableStatus'] },
  DescribeTableReplicaAutoScalingCommand: { TableAutoScalingDescription: [] },
  DescribeTimeToLiveCommand: { TimeToLiveDescription: ['TimeToLiveStatus'] },
  ExportTableToPointInTimeCommand: { ExportDescription: ['ExportArn', 'ExportStatus'] },
  GetRecordsCommand: { Records: [] },
  GetResourcePolicyCommand: { Policy: [] },
  GetShardIteratorCommand: { ShardIterator: [] },
  ImportTableCommand: { ImportTableDescription: ['ImportArn', 'ImportStatus'] },
  ListBackupVaultsCommand: { BackupVaultList: [] },
  ListBackupsCommand: { BackupSummaries: [] },
  ListExportsCommand: { ExportSummaries: [] },
  ListImportsCommand: { ImportSummaryList: [] },
  ListRecoveryPointsByBackupVaultCommand: { RecoveryPoints: [] },
  ListTablesCommand: { TableNames: [] },
  ListTagsOfResourceCommand: { Tags: [] },
  QueryCommand: { Count: [], ScannedCount: [] },
  RestoreTableFromBackupCommand: TABLE_DESCRIPTION,
  RestoreTableToPointInTimeCommand: TABLE_DESCRIPTION,
  ScanCommand: { Count: [], ScannedCount: [] },
  TransactGetItemsCommand: { Responses: [] },
  UpdateContinuousBackupsCommand: { ContinuousBackupsDescription: ['ContinuousBackupsStatus'] },
  UpdateTableCommand: TABLE_DESCRIPTION,
  UpdateTimeToLiveCommand: { TimeToLiveSpecification: ['Enabled'] },

  CompleteMultipartUploadCommand: { ETag: [] },
  CopyObjectCommand: { CopyObjectResult: ['ETag'] },
  CreateMultipartUploadCommand: { UploadId: [] },
  GetObjectCommand: { ETag: [], ContentLength: [] },
  HeadObjectCommand: { ETag: [], ContentLength: [] },
  ListMultipartUploadsCommand: { IsTruncated: [] },
  ListObjectsV2Command: { IsTruncated: [] },
  PutObjectCommand: { ETag: [] },
  UploadPartCommand: { ETag: [] },
  UploadPartCopyCommand: { CopyPartResult: ['ETag'] },
};

/** Which field is missing that AWS always sends, in words. */
function missing({ commandName = '' }: HandlerExecutionContext, input: Fields, output: Fields): string | undefined {
  const lacking = (fields: Fields, names: readonly string[]): string | undefined =>
    names.find((name) => fields[name] === undefined || fields[name] === null);
  const always = ALWAYS_SENT[commandName] ?? {};
  for (const [name, parts] of Object.entries(always)) {
    const value = output[name];
    const part = value === undefined || value === null ? name : lacking(value as Fields, parts);
    if (part !== undefined) return `it lacks ${part === name ? name : `${name}.${part}`}`;
  }
  if (ANSWERED_BY_CAPACITY.has(commandName) && input['ReturnConsumedCapacity'] !== 'NONE') {
    if (lacking(output, ['ConsumedCapacity']) !== undefined) return 'it lacks ConsumedCapacity';
  }
  const isOfItems = commandName === 'ScanCommand' || commandName === 'QueryCommand';
  if (isOfItems && input['Select'] !== 'COUNT' && !Array.isArray(output['Items'])) return 'it lacks Items';
  if (commandName === 'GetObjectCommand') return otherObject(input, output);
  if (commandName === 'DescribeTableCommand') {
    const table = output['Table'] as Fields;
    const isUsable = table['TableStatus'] === 'ACTIVE' || table['TableStatus'] === 'UPDATING';
    const part = isUsable ? lacking(table, OF_USABLE_TABLE) : undefined;
    if (part !== undefined) return `it lacks Table.${part}`;
  }
  return undefined;
}

/** Why an object, or a range of it, is not the requested one, in words. */
function otherObject({ IfMatch, Range }: Fields, { ETag, ContentRange }: Fields): string | undefined {
  if (IfMatch !== undefined && ETag !== IfMatch) return `its ETag is ${String(ETag)} instead of ${String(IfMatch)}`;
  const isAsked = typeof Range !== 'string' || String(ContentRange).startsWith(`${Range.replace('=', ' ')}/`);
  return isAsked ? undefined : `its range is ${String(ContentRange)}, where ${String(Range)} was asked for`;
}

/** The fields of a request that say where its page begins, and those of a response that say where the next one does. */
const PAGE_TOKENS: readonly (readonly [asked: readonly string[], next: readonly string[]])[] = [
  [['ExclusiveStartKey'], ['LastEvaluatedKey']],
  [['ExclusiveStartTableName'], ['LastEvaluatedTableName']],
  [['ExclusiveStartBackupArn'], ['LastEvaluatedBackupArn']],
  [['ExclusiveStartShardId'], ['LastEvaluatedShardId']],
  [['NextToken'], ['NextToken']],
  [['nextToken'], ['nextToken']],
  [['ContinuationToken'], ['NextContinuationToken']],
  [
    ['KeyMarker', 'UploadIdMarker'],
    ['NextKeyMarker', 'NextUploadIdMarker'],
  ],
];

/** Why the next page would be the same page again, in words. */
function repeated(input: Fields, output: Fields): string | undefined {
  for (const [asked, next] of PAGE_TOKENS) {
    const name = next[0] ?? '';
    if (output[name] === undefined || input[asked[0] ?? ''] === undefined) continue;
    const isSame = asked.every((field, index) => sameValue(input[field], output[next[index] ?? '']));
    if (isSame) return `its ${name} is the one that it was asked by`;
  }
  return undefined;
}

/** Whether two tokens, or keys as the SDK holds them, are the same. */
function sameValue(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  return Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`)
    .sort()
    .join(',');
}
