import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { SemaphoreFullError } from '../../src/errors.ts';
import { Deployment } from './deployment.ts';

onDynamoDBLocal('the model of semaphores', () => {
  const deployment = new Deployment({ tables: ['SemaphoresTable'] });

  test('gives no more places than there are, to many at once', async () => {
    const { semaphores } = deployment.models();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => semaphores.up('provider', 7)));
    const taken = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(taken.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(SemaphoreFullError);
    }
    expect(await semaphores.get({ key: 'provider' })).toEqual({ key: 'provider', semvalue: 7 });
  });

  test('takes back no more than were given', async () => {
    const { semaphores } = deployment.models();
    expect(await semaphores.down('provider')).toBe(0);
    expect(await semaphores.exists({ key: 'provider' })).toBe(false);
    await semaphores.up('provider', 3);
    await semaphores.up('provider', 3);
    const left = await Promise.all(Array.from({ length: 5 }, () => semaphores.down('provider')));
    expect(left.sort()).toEqual([0, 0, 0, 0, 1]);
    expect(await semaphores.up('provider', 1)).toBe(1);
    await expect(semaphores.up('provider', 1)).rejects.toThrow(SemaphoreFullError);
  });

  test('never gives a place of none', async () => {
    await expect(deployment.models().semaphores.up('provider', 0)).rejects.toThrow(SemaphoreFullError);
  });
});
