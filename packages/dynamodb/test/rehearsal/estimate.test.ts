import { describe, expect, test } from '@jest/globals';
import { estimateDeployment, type MeasuredTable } from '../../src/rehearsal/estimate.ts';

const measured = (table: string, bytes: number | null, seconds: number): MeasuredTable => ({ table, bytes, seconds });
const other = (table: string, bytes: number | null): MeasuredTable => ({ table, bytes, seconds: null });

describe('how long a whole deployment takes', () => {
  test('from backup files is the sum of the times, and the rest at the rate that was measured', () => {
    const tables = [measured('a', 1_000, 10), measured('b', 3_000, 30)];
    expect(estimateDeployment('backup', tables)).toMatchObject({ estimatedSeconds: 40 });
    const { estimatedSeconds, basis } = estimateDeployment('backup', [...tables, other('c', 2_000), other('d', 500)]);
    expect(estimatedSeconds).toBe(40 + 25);
    expect(basis).toMatch(/100 bytes of backup a second.* 2500 bytes of c, d /);
  });

  test('by DynamoDB itself is the slowest, and more for a larger table in proportion', () => {
    const tables = [measured('a', 1_000, 100), measured('b', 2_000, 60)];
    for (const from of ['pitr', 'on-demand'] as const) {
      expect(estimateDeployment(from, tables)).toMatchObject({ estimatedSeconds: 100 });
      expect(estimateDeployment(from, [...tables, other('c', 2_000)])).toMatchObject({ estimatedSeconds: 100 });
      expect(estimateDeployment(from, [...tables, other('c', 5_000)])).toMatchObject({ estimatedSeconds: 250 });
    }
  });

  test('is not said where nothing was measured, a size is not known, or what was measured has none', () => {
    const unknown = [
      [other('a', 10)],
      [measured('a', 10, 1), other('b', null)],
      [measured('a', 0, 1), other('b', 10)],
      [measured('a', null, 1), other('b', 10)],
    ];
    for (const tables of unknown) {
      const { estimatedSeconds, basis } = estimateDeployment('backup', tables);
      expect(estimatedSeconds).toBeNull();
      expect(basis).not.toBe('');
    }
  });
});
