import { describe, expect, test } from '@jest/globals';
import { findExecutionTime } from '../../src/logs/execution-time.ts';
import { OwnApi } from '../own-api.ts';

const MINUTE = 60_000;
const BEGAN = 1_700_000_000_000;

describe('when an execution ran', () => {
  const api = new OwnApi();

  /** Puts a row as it may stand in a table, and finds the time of its execution. */
  async function timeOf(name: string, row: object): Promise<unknown> {
    const arn = `arn:aws:states:us-east-1:123456789012:execution:Ingest:${name}`;
    await api.put('ExecutionsTable', { arn, name, status: 'completed', ...row });
    return findExecutionTime(name, api.services.models);
  }

  test('is from its creation to its last change, with some time around it', async () => {
    const row = { createdAt: BEGAN, updatedAt: BEGAN + 10, timestamp: BEGAN + 20 };
    const from = BEGAN - MINUTE;
    expect(await timeOf('over', row)).toEqual({ from, to: BEGAN + 20 + 60 * MINUTE });
    expect(await timeOf('running', { ...row, status: 'running' })).toEqual({ from, to: undefined });
    expect(await timeOf('brief', { createdAt: BEGAN })).toEqual({ from, to: BEGAN + 60 * MINUTE });
  });

  test('is not known where there is no row, or one that does not say so', async () => {
    expect(await findExecutionTime('none', api.services.models)).toBeUndefined();
    expect(await timeOf('old', { timestamp: BEGAN })).toBeUndefined();
    expect(await timeOf('half', { createdAt: BEGAN, updatedAt: 'later' })).toEqual({
      from: BEGAN - MINUTE,
      to: BEGAN + 60 * MINUTE,
    });
  });
});
