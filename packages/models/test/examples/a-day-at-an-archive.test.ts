import { randomBytes } from 'node:crypto';
import { TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { aDayAtAnArchive } from '../../examples/a-day-at-an-archive.ts';
import { Deployment } from '../models/deployment.ts';

onDynamoDBLocal('the example of docs/how-to/use-the-records.md', () => {
  const deployment = new Deployment({ tables: [...TABLE_NAMES] });

  test('finds what it says', async () => {
    const { violations, rulesInTheWay, problems, failed } = await aDayAtAnArchive(
      deployment.prefix,
      randomBytes(32).toString('base64'),
    );
    expect(violations).toEqual([expect.stringContaining('granuleIdExtraction')]);
    expect(rulesInTheWay).toEqual(['every_hour']);
    expect(problems).toEqual([]);
    expect(failed).toEqual([
      expect.objectContaining({
        granuleId: 'MOD09GQ.A2017025.h21v00.006.2017034065104',
        status: 'failed',
        error: { Error: 'NoSpace', Cause: 'the disk is full' },
        published: false,
      }),
    ]);
  });
});
