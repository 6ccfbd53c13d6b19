import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

/** Makes garbage while a thread runs, and prints how many bytes V8 has for what is new. */
const PROGRAM = `
import { getHeapSpaceStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { keepHeapSmall } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url))};

keepHeapSmall();
const worker = new Worker('setInterval(() => {}, 1_000)', { eval: true });
await new Promise((resolve) => worker.once('online', resolve));
const kept = [];
for (let index = 0; index < 5_000_000; index += 1) kept[index % 200_000] = { index };
console.log(getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size);
await worker.terminate();
`;

test('the heap stays small where another thread is started', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', PROGRAM]);
  expect(Number(stdout)).toBeLessThan(8_000_000);
});
