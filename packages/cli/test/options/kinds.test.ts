import { describe, expect, test } from '@jest/globals';
import { folder } from '../../src/options/kinds.ts';
import { UsageError } from '../../src/usage-error.ts';

describe('a folder', () => {
  const place = (value: string): string | undefined => folder({ describe: '' }).parse(value, '--to');

  test.each(['my-archive', '/data/archive', 's3', 's3://my-archive', 's3://my-archive/prod', 's3://my.archive/'])(
    '%s',
    (value) => {
      expect(place(value)).toBe(value);
    },
  );

  test.each(['s3://', 's3://x', 's3:///prod', 's3://-archive/prod', 's3://my archive/prod'])('not %s', (value) => {
    expect(() => place(value)).toThrow(
      new UsageError(`--to takes a place in S3 such as s3://my-bucket/backups, not "${value}"`),
    );
  });
});
