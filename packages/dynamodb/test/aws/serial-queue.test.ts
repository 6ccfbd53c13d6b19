import { expect, test } from '@jest/globals';
import { SerialQueue } from '../../src/aws/serial-queue.ts';

test('tasks never overlap, and none runs after a failure', async () => {
  const log: string[] = [];
  const queue = new SerialQueue({ stopOnError: true });
  const work = async (n: number): Promise<void> => {
    log.push(`begin ${n}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (n === 2) throw new Error('two');
    log.push(`end ${n}`);
  };
  const results = await Promise.allSettled([1, 2, 3].map((n) => queue.run(() => work(n))));
  expect(log).toEqual(['begin 1', 'end 1', 'begin 2']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
});

test('after a failure later tasks run, unless the queue stops on errors', async () => {
  const queue = new SerialQueue();
  const failed = queue.run(() => Promise.reject(new Error('one')));
  const next = queue.run(async () => 'two');
  await expect(failed).rejects.toThrow('one');
  await expect(next).resolves.toBe('two');
});
