import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TableNotFoundError } from '../aws/errors.ts';
import type { TableExport } from '../recovery/export/describe.ts';
import { findNewestExport } from '../recovery/export/find.ts';
import { describeProtection, type Protection } from '../recovery/protection.ts';
import type { CountsTableName, TableName } from '../tables/definitions.ts';
import { findTable, type TableDescription } from '../tables/describe.ts';
import { askFact, mapFact } from './ask-fact.ts';
import type { EncryptionFacts, ExportFacts, Known, PointInTimeFacts } from './report.ts';

/** What DynamoDB says of one table. */
export interface AskedTable {
  readonly name: TableName | CountsTableName;
  readonly table: string;
  /** Undefined if there is none. */
  readonly description: Known<TableDescription | undefined>;
  readonly pointInTime: Known<PointInTimeFacts>;
  readonly export: Known<ExportFacts | null>;
}

const NO_TABLE = { known: false, because: 'the table does not exist' } as const;

/** Asks DynamoDB about one table: three requests at once, and one more for the newest export. */
export async function askTable(
  { name, table }: Pick<AskedTable, 'name' | 'table'>,
  client: DynamoDBClient,
  abortSignal: AbortSignal | undefined,
): Promise<AskedTable> {
  const [description, pointInTime] = await Promise.all([
    askFact('dynamodb:DescribeTable', () => findLasting(client, table, abortSignal)),
    askPointInTime(client, table, abortSignal),
  ]);
  const exported = await askExport(description, client, abortSignal);
  return { name, table, description, pointInTime, export: exported };
}

/** A table that is being deleted is as good as gone. */
async function findLasting(
  client: DynamoDBClient,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<TableDescription | undefined> {
  const description = await findTable(client, table, abortSignal);
  return description?.status === 'DELETING' ? undefined : description;
}

async function askPointInTime(
  client: DynamoDBClient,
  table: string,
  abortSignal: AbortSignal | undefined,
): Promise<Known<PointInTimeFacts>> {
  try {
    const asked = await askFact('dynamodb:DescribeContinuousBackups', () =>
      describeProtection(client, table, abortSignal),
    );
    return mapFact(asked, pointInTimeFrom);
  } catch (error) {
    if (error instanceof TableNotFoundError) return NO_TABLE;
    throw error;
  }
}

function pointInTimeFrom({ enabled, window, periodInDays }: Protection): PointInTimeFacts {
  const hasWindow = window !== undefined && window.earliest <= window.latest;
  return {
    enabled,
    earliest: hasWindow ? window.earliest.toISOString() : null,
    latest: hasWindow ? window.latest.toISOString() : null,
    days: periodInDays ?? null,
  };
}

async function askExport(
  description: Known<TableDescription | undefined>,
  client: DynamoDBClient,
  abortSignal: AbortSignal | undefined,
): Promise<Known<ExportFacts | null>> {
  if (!description.known) return description;
  const { value } = description;
  if (value === undefined) return NO_TABLE;
  const asked = await askFact('dynamodb:ListExports', () =>
    findNewestExport({ client, table: value.name, tableArn: value.arn, abortSignal }),
  );
  return mapFact(asked, (found) => (found === undefined ? null : exportOf(found, value)));
}

/** DynamoDB lists exports by name, also those of an earlier table of it. */
function exportOf({ arn, time, status, folder }: TableExport, { createdAt }: TableDescription): ExportFacts | null {
  if (time === undefined || (createdAt !== undefined && time < createdAt)) return null;
  return { arn, at: time.toISOString(), status, to: folder };
}

/** What a table is encrypted with. */
export function encryptionOf({ encryption }: TableDescription): EncryptionFacts {
  if (encryption === undefined) return { type: 'AWS_OWNED', key: null, status: null };
  return { type: 'KMS', key: encryption.keyArn ?? null, status: encryption.status };
}

/** What a description says of a table, of one that exists. */
export function factOf<T>(
  { description }: Pick<AskedTable, 'description'>,
  say: (description: TableDescription) => Known<T>,
): Known<T> {
  if (!description.known) return description;
  return description.value === undefined ? NO_TABLE : say(description.value);
}
