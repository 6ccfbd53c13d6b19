import type { OwnMoto } from '@cumulus/test-kit';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { enforced } from './enforced-policy.ts';
import { type Policy, permits } from './policy.ts';

/** What each part of a transaction asks permission for; the transaction itself asks for none. */
const PARTS = { Put: 'PutItem', Update: 'UpdateItem', Delete: 'DeleteItem', ConditionCheck: 'ConditionCheckItem' };

const DENIED = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

/**
 * Works with the environment of a function or a task whose role has this policy, as far as tables and S3 go; S3 is moto's.
 * @param tablesAt where the tables are; in the tests' DynamoDB unless given
 */
export async function withRole<T>(
  policy: Policy,
  moto: OwnMoto,
  work: (environment: NodeJS.ProcessEnv) => Promise<T>,
  tablesAt?: string,
): Promise<T> {
  return await withFaults(
    [enforcedInParts(policy)],
    (tables) =>
      withFaults(
        [enforcedOnObjects(policy)],
        (objects) => work({ AWS_ENDPOINT_URL: moto.endpoint, ...tables.environment, ...objects.environmentOfS3 }),
        moto.endpoint,
      ),
    tablesAt,
  );
}

function enforcedInParts(policy: Policy): Fault {
  const asked = enforced(policy);
  const granted = { status: 200, type: '', body: Buffer.alloc(0) };
  return async (call, pass) => {
    if (call.action !== 'TransactWriteItems') return asked(call, pass);
    const { TransactItems } = JSON.parse(call.body.toString()) as { readonly TransactItems: readonly object[] };
    for (const [kind, { TableName }] of TransactItems.flatMap((item) => Object.entries(item))) {
      const part = {
        ...call,
        action: PARTS[kind as keyof typeof PARTS],
        body: Buffer.from(JSON.stringify({ TableName })),
      };
      const answer = await asked(part, async () => granted);
      if (answer !== granted) return answer;
    }
    return pass();
  };
}

function enforcedOnObjects(policy: Policy): Fault {
  return async ({ action }, pass) => {
    const [permission, resource] = permissionFor(action);
    if (permits(policy, permission, `arn:aws:s3:::${decodeURIComponent(resource)}`)) return pass();
    return { status: 403, type: 'application/xml', body: Buffer.from(DENIED), fault: true };
  };
}

/** What a request to S3 needs, and on what; its action is `METHOD /BUCKET/KEY?QUERY`. */
function permissionFor(action: string): readonly [permission: string, resource: string] {
  const [, method = '', path = '', query = ''] = /^([A-Z]+) \/([^?]*)\??(.*)$/.exec(action) ?? [];
  if (method === 'HEAD') return ['s3:GetObject', path];
  if (/(^|&)list-type=2/.test(query)) return ['s3:ListBucket', path.replace(/\/$/, '')];
  const operation = /(?:^|&)x-id=(\w+)/.exec(query)?.[1] ?? '';
  return [`s3:${WRITES.includes(operation) ? 'PutObject' : operation}`, path];
}

/** What needs the permission to write an object; of a copy, the source is not looked at. */
const WRITES = ['CopyObject', 'CreateMultipartUpload', 'UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload'];
