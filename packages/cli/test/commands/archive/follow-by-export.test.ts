import { describe, expect, test } from '@jest/globals';
import { cumulusApi } from '../../cumulus-api.ts';

describe('cumulus-api archive follow --by-export', () => {
  test.each([
    ['--by-export requires --to s3://BUCKET/PREFIX', ['--to', 'folder', '--by-export']],
    ['--window requires --by-export', ['--to', 's3://my-archive/prod', '--window', '1h']],
    ['--full-every requires --by-export', ['--to', 's3://my-archive/prod', '--full-every', '7d']],
    ['--window takes 15 minutes to 24 hours', ['--to', 's3://my-archive/prod', '--by-export', '--window', '14m']],
    ['--window takes 15 minutes to 24 hours', ['--to', 's3://my-archive/prod', '--by-export', '--window', '25h']],
    [
      '--by-export does not go with --recipient: DynamoDB writes the exports, and --kms-key encrypts',
      ['--to', 's3://my-archive/prod', '--by-export', '--recipient', 'age1'],
    ],
    [
      '--with-payloads does not go with --recipient',
      ['--to', 'archive', '--with-payloads', '--payload-bucket', 'prod-private', '--recipient', 'age1'],
    ],
    ['--by-export and --settle do not go', ['--to', 's3://my-archive/prod', '--by-export', '--settle', '1s']],
  ])('refuses wrong usage: %s', async (problem, options) => {
    const { code, stdout, stderr } = await cumulusApi(['archive', 'follow', '--table', 'prod-T', ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(problem);
  });
});
