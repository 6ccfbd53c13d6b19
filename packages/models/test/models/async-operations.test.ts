import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { Deployment } from './deployment.ts';

const OPERATION = { description: 'of the tests', operationType: 'Bulk Granules' } as const;
const RUN = { kind: 'any', runner: 'server', place: 's3://bucket/stack/async-operations/a/' } as const;
const HELD = 1_000;

onDynamoDBLocal('the model of asynchronous operations', () => {
  const deployment = new Deployment({ tables: ['AsyncOperationsTable'] });
  const { asyncOperations } = deployment.models();
  let operations = 0;

  async function begun(): Promise<{ readonly id: string }> {
    operations += 1;
    const id = `operation-${operations}`;
    await asyncOperations.begin({ ...OPERATION, id }, RUN);
    return { id };
  }

  test('gives the lease on one to nobody but one, of many at once', async () => {
    const key = await begun();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, holder) => asyncOperations.takeLease(key, `${holder}`, HELD)),
    );
    expect(outcomes.map(({ state }) => state).sort()).toEqual([...Array<string>(9).fill('held'), 'taken']);
  });

  test('takes notes and the end from its holder only, and shows nothing of how it is run', async () => {
    const key = await begun();
    await asyncOperations.takeLease(key, 'a', HELD);
    expect(await asyncOperations.note(key, 'b', { output: '1' })).toBe(false);
    expect(await asyncOperations.note(key, 'a', { position: { step: 1 }, output: '1' })).toBe(true);
    expect(await asyncOperations.findRun(key)).toMatchObject({
      run: RUN,
      position: { step: 1 },
      operation: { output: '1' },
    });
    expect(await asyncOperations.end(key, 'b', { status: 'SUCCEEDED', output: '2' })).toBe(false);
    expect(await asyncOperations.end(key, 'a', { status: 'SUCCEEDED', output: '2' })).toBe(true);
    // As if the answer had been lost.
    expect(await asyncOperations.end(key, 'a', { status: 'SUCCEEDED', output: '2' })).toBe(true);
    expect(await asyncOperations.takeLease(key, 'c', HELD)).toEqual({ state: 'over' });
    expect(Object.keys(await asyncOperations.get(key)).sort()).toEqual(
      ['createdAt', 'description', 'id', 'operationType', 'output', 'status', 'updatedAt'].sort(),
    );
  });

  test('gives it back, and to others when its time is over', async () => {
    const key = await begun();
    await asyncOperations.takeLease(key, 'a', HELD);
    await asyncOperations.releaseLease(key, 'a');
    expect(await asyncOperations.takeLease(key, 'b', -1)).toMatchObject({ state: 'taken' });
    expect(await asyncOperations.takeLease(key, 'c', HELD)).toMatchObject({ state: 'taken' });
    expect(await asyncOperations.renewLease(key, 'b', HELD)).toBe(false);
    expect(await asyncOperations.renewLease(key, 'c', HELD)).toBe(true);
    await asyncOperations.releaseLease(key, 'b');
    expect(await asyncOperations.takeLease(key, 'd', HELD)).toMatchObject({ state: 'held' });
  });

  test('runs one again that was given up, if that is asked for', async () => {
    const key = await begun();
    await asyncOperations.takeLease(key, 'a', HELD);
    await asyncOperations.end(key, 'a', { status: 'RUNNER_FAILED', output: '{}' });
    expect(await asyncOperations.takeLease(key, 'b', HELD)).toEqual({ state: 'over' });
    expect(await asyncOperations.takeLease(key, 'b', HELD, true)).toMatchObject({
      state: 'taken',
      underWay: { operation: { status: 'RUNNING' } },
    });
  });

  test('knows nothing of how those of others are run', async () => {
    await asyncOperations.create({ ...OPERATION, id: 'of-others', status: 'RUNNING' });
    expect(await asyncOperations.findRun({ id: 'of-others' })).toBeUndefined();
    expect(await asyncOperations.takeLease({ id: 'of-others' }, 'a', HELD)).toEqual({ state: 'over' });
    expect(await asyncOperations.takeLease({ id: 'none' }, 'a', HELD)).toEqual({ state: 'absent' });
    const { id } = await begun();
    const running = await asyncOperations.running('server');
    expect(running.map(({ operation }) => operation.id)).toContain(id);
    expect(running.map(({ operation }) => operation.id)).not.toContain('of-others');
    expect(await asyncOperations.running('queue')).toEqual([]);
  });
});
