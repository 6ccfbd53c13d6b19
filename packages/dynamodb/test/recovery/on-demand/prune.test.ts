import { describe, expect, test } from '@jest/globals';
import type { OnDemandBackup } from '../../../src/recovery/on-demand/backup.ts';
import { choosePruned } from '../../../src/recovery/on-demand/prune.ts';

function backup(table: string, day: number, more: Partial<OnDemandBackup> = {}): OnDemandBackup {
  return {
    arn: `arn:aws:dynamodb:us-east-1:1:table/${table}/backup/${day}`,
    name: `${table}-${day}`,
    table,
    type: 'USER',
    status: 'AVAILABLE',
    createdAt: new Date(Date.UTC(2026, 0, day)),
    ...more,
  };
}

/** The names of those that go. */
function going(backups: readonly OnDemandBackup[], retention: Parameters<typeof choosePruned>[1]): readonly string[] {
  return [...choosePruned(backups, retention).values()]
    .flat()
    .filter(({ goes }) => goes)
    .map(({ backup: { name } }) => name);
}

describe('choosePruned', () => {
  const backups = [backup('b', 2), backup('a', 1), backup('a', 3), backup('b', 1), backup('a', 2)];

  test('keeps the newest of each table', () => {
    expect(going(backups, { keep: 1 })).toEqual(['a-2', 'a-1', 'b-1']);
    expect(going(backups, { keep: 2 })).toEqual(['a-1']);
    expect(going(backups, { keep: 3 })).toEqual([]);
  });

  test('deletes what is older than a time, but never a table’s newest', () => {
    const olderThan = new Date(Date.UTC(2026, 0, 3));
    expect(going(backups, { olderThan })).toEqual(['a-2', 'a-1', 'b-1']);
    expect(going(backups, { olderThan: new Date(Date.UTC(2026, 0, 2)) })).toEqual(['a-1', 'b-1']);
  });

  test('counts as kept only what can be restored from, and deletes only that', () => {
    const making = backup('a', 9, { status: 'CREATING' });
    expect(going([making, backup('a', 1)], { keep: 1 })).toEqual([]);
    expect(going([making, backup('a', 1)], { olderThan: new Date() })).toEqual([]);
  });

  test('has nothing to do with what DynamoDB made itself, or with other names', () => {
    const own = backup('a', 9, { type: 'SYSTEM' });
    expect(going([own, backup('a', 1)], { keep: 1 })).toEqual([]);
    const nightly = [backup('a', 3, { name: 'nightly-3' }), backup('a', 1, { name: 'nightly-1' })];
    expect(going([...nightly, ...backups], { keep: 1, namePrefix: 'nightly-' })).toEqual(['nightly-1']);
  });
});
