import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { writeEach } from '../../src/output/write-each.ts';

/** Numbers, each with as many characters as a line, and how many of them were taken. */
function numbers(count: number) {
  const taken = { count: 0 };
  async function* items(): AsyncGenerator<number> {
    for (; taken.count < count; taken.count += 1) yield taken.count;
  }
  return { taken, items: items() };
}

const line = (number: number): string => `${number}\n`;

describe('texts', () => {
  test('are written no faster than they are read', async () => {
    const { taken, items } = numbers(1_000);
    const stream = new PassThrough({ highWaterMark: 100 });
    const written = writeEach(items, line, stream, new AbortController().signal);
    for (let time = 0; time < 20; time += 1) await turn();
    expect(taken.count).toBeLessThan(100);
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    await written;
    expect(text.split('\n')).toHaveLength(1_001);
  });

  test('end when they are interrupted, though nobody reads them', async () => {
    const { items } = numbers(1_000);
    const interruption = new AbortController();
    const written = writeEach(items, line, new PassThrough({ highWaterMark: 10 }), interruption.signal);
    await turn();
    interruption.abort(new Error('interrupted'));
    await expect(written).rejects.toThrow('interrupted');
  });

  test('end with their reader', async () => {
    const { taken, items } = numbers(1_000);
    const stream = new PassThrough({ highWaterMark: 10 });
    stream.on('error', () => undefined);
    const written = writeEach(items, line, stream, new AbortController().signal);
    await turn();
    stream.destroy(Object.assign(new Error('closed'), { code: 'EPIPE' }));
    await written;
    expect(taken.count).toBeLessThan(100);
  });
});
