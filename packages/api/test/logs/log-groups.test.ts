import { expect, test } from '@jest/globals';
import { beginningOf, isOfPattern, logGroupsOf, shortName } from '../../src/logs/log-groups.ts';

test.each([
  ['/aws/lambda/prod-Ingest', true],
  ['prod-AsyncOperationEcsLogs', true],
  ['prod-EcsLogs', true],
  ['prod-EcsLogs-old', false],
  ['prod-Cluster', false],
  ['/aws/lambda/production-Ingest', false],
  ['/aws/lambda/test-Ingest', false],
])('a deployment’s log group is %s: %s', (name, expected) => {
  expect(logGroupsOf('prod').some((pattern) => isOfPattern(name, pattern))).toBe(expected);
});

test.each([
  ['a*b*c', 'abc', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'ac', false],
  ['a*bb*b', 'abb', false],
  ['aa*aa', 'aaa', false],
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['*', 'anything', true],
  ['**', '', true],
])('of %s is %s: %s', (pattern, name, expected) => {
  expect(isOfPattern(name, pattern)).toBe(expected);
});

test('names are shown without what their pattern begins with', () => {
  expect(beginningOf('prod-*EcsLogs')).toBe('prod-');
  expect(shortName('/aws/lambda/prod-Ingest', logGroupsOf('prod'))).toBe('Ingest');
  expect(shortName('prod-SyncEcsLogs', logGroupsOf('prod'))).toBe('SyncEcsLogs');
  expect(shortName('another', logGroupsOf('prod'))).toBe('another');
});
