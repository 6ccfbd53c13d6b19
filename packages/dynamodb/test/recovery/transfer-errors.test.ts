import { LimitExceededException } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../../src/aws/client.ts';
import { AccessDeniedError, RequestFailedError } from '../../src/aws/errors.ts';
import { NotProtectedError } from '../../src/recovery/errors.ts';
import { adviceOnFailure, explainTransferError } from '../../src/recovery/transfer-errors.ts';
import { StorageError } from '../../src/storage/errors.ts';

describe('the beginning of an export or import that DynamoDB refuses', () => {
  const client = createClient({ region: 'us-east-1' });
  afterAll(() => client.destroy());

  const explain = (name: string, message: string, action = 'ExportTableToPointInTime'): Promise<unknown> =>
    explainTransferError(Object.assign(new Error(message), { name, $metadata: {} }), client, { action, table: 'T' });

  test('says that another has to end first, not that requests come too fast', async () => {
    const thrown = new LimitExceededException({ message: '50 imports', $metadata: {} });
    const error = await explainTransferError(thrown, client, { action: 'ImportTable', table: 'T' });
    expect(error).toBeInstanceOf(RequestFailedError);
    expect((error as Error).message).toMatch(/no other import now: 50 imports\n[\s\S]*until another import has ended/);
  });

  test('distinguishes what the bucket lacks from what the table lacks', async () => {
    expect(await explain('PointInTimeRecoveryUnavailableException', 'No.')).toBeInstanceOf(NotProtectedError);
    const noBucket = await explain('ValidationException', 'S3NoSuchBucket');
    expect(noBucket).toBeInstanceOf(StorageError);
    expect(noBucket).toMatchObject({ isBucketMissing: true });
    const denied = await explain('ValidationException', 'S3AccessDenied: Access denied', 'ImportTable');
    expect(denied).toBeInstanceOf(AccessDeniedError);
    expect((denied as Error).message).toContain('s3:GetObject');
    const onTable = await explain(
      'AccessDeniedException',
      'not authorized to perform: dynamodb:ImportTable',
      'ImportTable',
    );
    expect((onTable as Error).message).toContain('dynamodb:ImportTable on the table');
  });

  test('advises by the code of a failure', () => {
    expect(adviceOnFailure('S3AccessDenied', 'export', 'b').join()).toMatch(/s3:PutObject.* on b, .*KMS/);
    expect(adviceOnFailure('S3NoSuchBucket', 'import').join()).toContain('name that account');
    expect(adviceOnFailure('UNKNOWN', 'import').join()).toContain('repeat the import');
  });
});
