import type { Call, Fault } from '../kit/faults/proxy.ts';
import { type Policy, permits } from './policy.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:123456789012:table/';

/**
 * What a recovery does to the table that it makes, with the permissions of who asks for it:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_beforeyoubegin.html
 */
const RECOVERY_WRITES = ['BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'];

/** What of a request's body names what it is about. */
interface Body {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly SourceTableName?: string;
  readonly TargetTableName?: string;
  readonly BackupArn?: string;
  readonly ExportArn?: string;
  readonly ResourceArn?: string;
  readonly StreamArn?: string;
  /** The ARN of the stream, and more behind a bar. */
  readonly ShardIterator?: string;
  readonly Tags?: readonly unknown[];
}

/**
 * Refuses, as IAM does, each call that a policy does not permit on its tables. moto could enforce policies too, but takes
 * every DynamoDB call to be about the resource `*`, and so would refuse whatever a policy narrows to tables.
 */
export function enforced(policy: Policy): Fault {
  return async (call, pass) => {
    const missing = needsOf(call).find(([action, resource]) => !permits(policy, `dynamodb:${action}`, resource));
    if (missing === undefined) return pass();
    const [action, resource] = missing;
    const message = `User: tester is not authorized to perform: dynamodb:${action} on resource: ${resource}`;
    return {
      status: 400,
      type: 'application/x-amz-json-1.0',
      body: Buffer.from(JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', message })),
      fault: true,
    };
  };
}

/** The actions, each with the ARN of what it is done to, that a call asks permission for. */
function needsOf({ action, body }: Call): [action: string, resource: string][] {
  const asked = JSON.parse(body.toString()) as Body;
  const tables = [asked.TableName, asked.SourceTableName, ...Object.keys(asked.RequestItems ?? {})];
  const resources = [
    ...tables.filter((table) => table !== undefined).map((table) => arnOf(table, asked.IndexName)),
    ...[asked.BackupArn, asked.ExportArn, asked.ResourceArn, asked.StreamArn].filter((arn) => arn !== undefined),
    ...[asked.ShardIterator?.split('|')[0]].filter((arn) => arn !== undefined),
  ];
  const target = TABLE + String(asked.TargetTableName);
  return [
    ...(resources.length > 0 ? resources : ['*']).map((resource): [string, string] => [action, resource]),
    ...(asked.TargetTableName === undefined ? [] : RECOVERY_WRITES.map((each): [string, string] => [each, target])),
    ...(action === 'CreateTable' && asked.Tags
      ? [['TagResource', TABLE + String(asked.TableName)] as [string, string]]
      : []),
  ];
}

function arnOf(table: string, index: string | undefined): string {
  const arn = table.startsWith('arn:') ? table : TABLE + table;
  return index === undefined ? arn : `${arn}/index/${index}`;
}
