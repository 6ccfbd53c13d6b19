import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { recordExecution } from '../../src/recording/record-execution.ts';
import type { RecordingTarget } from '../../src/recording/recording-target.ts';
import type { Execution } from '../../src/schemas/execution.ts';
import { Deployment } from '../models/deployment.ts';

onDynamoDBLocal('an execution', () => {
  const deployment = new Deployment({ tables: ['ExecutionsTable'] });
  const target: RecordingTarget = { client: deployment.client, tableName: (name) => `${deployment.prefix}-${name}` };

  function event(status: 'running' | 'completed', bytes: number, redriveCount = 0): Execution {
    const time = 1000 + (status === 'running' ? 1 : 5) + 10 * redriveCount;
    const payload = { text: 'x'.repeat(bytes) };
    return {
      arn: 'arn:aws:states:us-east-1:123456789012:execution:Ingest:large',
      name: 'large',
      status,
      redriveCount,
      createdAt: 1000,
      timestamp: time,
      updatedAt: time,
      ...(status === 'running' ? { originalPayload: payload } : { finalPayload: payload }),
    };
  }

  async function after(events: readonly Execution[]): Promise<Record<string, unknown>> {
    await deployment.empty('ExecutionsTable');
    for (const each of events) await recordExecution(target, each);
    const [row = {}] = await deployment.items('ExecutionsTable');
    return row;
  }

  test('keeps both payloads as far as an item holds them, whichever event came first', async () => {
    const [begun, ended] = [event('running', 100_000), event('completed', 240_000)];
    for (const reported of [
      [begun, ended],
      [ended, begun],
      [begun, ended, begun, ended],
    ]) {
      expect(await after(reported)).toEqual({ ...begun, ...ended });
    }
  });

  test('leaves out what it was started with where both are too large, whichever event came first', async () => {
    const [begun, ended] = [event('running', 240_000), event('completed', 240_000)];
    for (const reported of [
      [begun, ended],
      [ended, begun],
      [begun, ended, begun, ended],
    ]) {
      expect(await after(reported)).toEqual(ended);
    }
    const [again, finished] = [event('running', 240_000, 1), event('completed', 1_000, 1)];
    for (const reported of [
      [begun, ended, again, finished],
      [begun, ended, finished, again],
      [again, finished, ended, begun],
    ]) {
      expect(await after(reported)).toEqual({ ...again, ...finished });
    }
  });
});
