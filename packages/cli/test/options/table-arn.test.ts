import { describe, expect, test } from '@jest/globals';
import { parseTableArn, regionOf, type TableArn } from '../../src/options/table-arn.ts';
import { UsageError } from '../../src/usage-error.ts';

describe('the ARN of a table', () => {
  test.each([
    ['arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable', 'us-east-1', '123456789012'],
    ['arn:aws-cn:dynamodb:cn-north-1:123456789012:table/prod-RulesTable', 'cn-north-1', '123456789012'],
    ['arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/prod-RulesTable', 'us-gov-west-1', '123456789012'],
    ['arn:aws:dynamodb:ddblocal:000000000000:table/prod-RulesTable', 'ddblocal', '000000000000'],
  ])('%s', (arn, region, account) => {
    expect(parseTableArn(arn)).toEqual({ arn, region, account, name: 'prod-RulesTable' });
  });

  test.each([
    'prod-RulesTable',
    'arn:aws:dynamodb:us-east-1:123456789012:table/T-1/index/by-status',
    'arn:aws:dynamodb:us-east-1:123456789012:table/T-1/backup/01489602797149-73d8d5bc',
    'arn:aws:dynamodb:us-east-1:1234:table/T-1',
    'arn:aws:s3:::my-backups',
  ])('is not %s', (text) => {
    expect(parseTableArn(text)).toBeUndefined();
  });
});

describe('the region to work in', () => {
  const inRegion = (region: string): TableArn =>
    parseTableArn(`arn:aws:dynamodb:${region}:123456789012:table/T-1`) as TableArn;

  test('is that of the tables, or the one that is given', () => {
    expect(regionOf([], undefined)).toBeUndefined();
    expect(regionOf([], 'us-east-1')).toBe('us-east-1');
    expect(regionOf([inRegion('us-west-2')], undefined)).toBe('us-west-2');
    expect(regionOf([inRegion('us-west-2')], 'us-west-2')).toBe('us-west-2');
    expect(regionOf([inRegion('ddblocal')], 'us-west-2')).toBe('us-west-2');
  });

  test('is refused where regions contradict each other', () => {
    expect(() => regionOf([inRegion('us-west-2')], 'us-east-1')).toThrow(UsageError);
    expect(() => regionOf([inRegion('us-west-2'), inRegion('us-east-1')], undefined)).toThrow(
      'arn:aws:dynamodb:us-east-1:123456789012:table/T-1 is not in the region us-west-2',
    );
  });
});
