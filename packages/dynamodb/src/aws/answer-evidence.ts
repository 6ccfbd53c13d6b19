import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { isNativeError } from 'node:util/types';
import type {
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  HandlerExecutionContext,
  InitializeMiddleware,
  MiddlewareStack,
} from '@smithy/types';
import { DamagedResponseError } from './damaged-response.ts';
import { isObject } from './is-object.ts';
import { claimsSuccess, proveBody, type RawResponse } from './raw-response.ts';

/** An input or output of a command. */
type Fields = Readonly<Record<string, unknown>>;

/** Any client of AWS, as far as it matters here. */
interface EvidenceClient {
  // biome-ignore lint/suspicious/noExplicitAny: the stacks of the clients differ in what their commands take and give
  readonly middlewareStack: MiddlewareStack<any, any>;
}

/** The stacks of the clients that demand evidence already; a client that stands for another shares its stack. */
const demanding = new WeakSet<object>();

/**
 * Makes a client take nothing for success that is not evidently AWS's whole answer. HTTP 200 is none: a proxy gives it
 * with an empty body, a page of its own, or another answer. Of a body the length and the checksum (`x-amz-crc32`) have to be
 * those announced, and it has to have the fields that AWS always sends; a token for the next page must not be the one
 * that was asked by. Anything else is asked again like a lost answer, and then a {@link DamagedResponseError}.
 *
 * A write of one item is answered by `{}`, which anybody can say. So its consumed capacity is asked for, which costs
 * nothing.
 *
 * It does no harm to call this again for the same client.
 */
export function demandEvidence<Client extends EvidenceClient>(client: Client): Client {
  const { middlewareStack } = client;
  if (demanding.has(middlewareStack)) return client;
  demanding.add(middlewareStack);
  // A second copy of this package may have added its own.
  const override = true;
  middlewareStack.add(askForCapacity, { name: 'askForCapacity', step: 'initialize', override });
  // Within the SDK's retries, around its deserializer.
  middlewareStack.add(checkFields, { name: 'checkFields', step: 'finalizeRequest', priority: 'low', override });
  // Within its deserializer.
  middlewareStack.add(readWhole, { name: 'readWhole', step: 'deserialize', priority: 'low', override });
  return client;
}

const askForCapacity: InitializeMiddleware<object, object> = (next, context) => (args) =>
  ANSWERED_BY_CAPACITY.has(context.commandName ?? '')
    ? next({ ...args, input: { ReturnConsumedCapacity: 'TOTAL', ...args.input } })
    : next(args);

const readWhole: DeserializeMiddleware<object, object> = (next, context) => async (args) => {
  const result = await next(args);
  const response = result.response as RawResponse;
  // Objects of S3 are streams, to be read by whoever asked.
  if (!claimsSuccess(response) || isOfS3(context)) return result;
  if (response.statusCode !== 200) {
    throw damagedAnswer(context, args.input, `its status is ${response.statusCode} instead of 200`);
  }
  // What a command reads by itself, it proves.
  if (Buffer.isBuffer(response.body)) return result;
  try {
    const bytes = await buffer(response.body as Readable);
    proveBody(response, bytes);
    response.body = bytes;
  } catch (error) {
    throw damagedAnswer(context, args.input, (error as Error).message, error);
  }
  return result;
};

const checkFields: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
  let result: Awaited<ReturnType<typeof next>>;
  try {
    result = await next(args);
  } catch (error) {
    // The SDK's own word for a body that it cannot read, such as an HTML page.
    if (isNativeError(error) && error.name === 'SyntaxError')
      throw damagedAnswer(context, args.input, 'it is no JSON', error);
    throw error;
  }
  const input = args.input as Fields;
  const output = result.output as Fields;
  const problem =
    unsaid(context, result.response as RawResponse) ?? missing(context, input, output) ?? repeated(input, output);
  if (problem !== undefined) throw damagedAnswer(context, input, problem);
  return result;
};

function isOfS3({ clientName }: HandlerExecutionContext): boolean {
  return clientName === 'S3Client';
}

/** What an answer that is not evidently AWS's whole one is, said of the action and what it was about. */
export function damagedAnswer(
  context: HandlerExecutionContext,
  input: unknown,
  problem: string,
  cause?: unknown,
): Error {
  const action = (context.commandName ?? '').replace(/Command$/, '');
  const { TableName: table, RequestItems: batch, Bucket, Key } = input as Fields;
  const tables = isObject(batch) ? Object.keys(batch) : typeof table === 'string' ? [table] : [];
  const about =
    tables.length > 0
      ? ` on table ${tables.join(', ')}`
      : typeof Bucket === 'string'
        ? ` for s3://${Bucket}/${typeof Key === 'string' ? Key : ''}`
        : '';
  return new DamagedResponseError(`The answer to ${action}${about}`, problem, cause);
}

/** Requests that are answered by nothing that tells of them, but for the capacity that they took. */
const ANSWERED_BY_CAPACITY = new Set(
  ['PutItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'TransactWriteItems', 'BatchWriteItem'].map(
    (action) => `${action}Command`,
  ),
);

/** Why an answer that consists of nothing is not evidently AWS's, in words. */
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

/** What a table has that can be read, beside a name and a status; while it is deleted it has less. */
const OF_USABLE_TABLE = ['TableArn', 'KeySchema', 'AttributeDefinitions', 'CreationDateTime', 'ItemCount'];

const TABLE_DESCRIPTION = { TableDescription: ['TableName', 'TableStatus'] };

/** What is always in the answer to a command: fields, and the fields of those that are objects. */
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
  ListBackupsCommand: { BackupSummaries: [] },
  ListExportsCommand: { ExportSummaries: [] },
  ListImportsCommand: { ImportSummaryList: [] },
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

/** What an answer lacks that AWS always sends, in words. */
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

/** Whether an object, or a range of one, is not the one that was asked for, in words. */
function otherObject({ IfMatch, Range }: Fields, { ETag, ContentRange }: Fields): string | undefined {
  if (IfMatch !== undefined && ETag !== IfMatch) return `its ETag is ${String(ETag)} instead of ${String(IfMatch)}`;
  const isAsked = typeof Range !== 'string' || String(ContentRange).startsWith(`${Range.replace('=', ' ')}/`);
  return isAsked ? undefined : `its range is ${String(ContentRange)}, where ${String(Range)} was asked for`;
}

/** The fields by which a page is asked for, and those that tell where the next begins. */
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

/** Whether a page says that the next begins where it began itself, in words. */
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
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  return Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${textOf(member)}`)
    .sort()
    .join(',');
}
