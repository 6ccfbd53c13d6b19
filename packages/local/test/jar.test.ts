import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { startJar } from '../src/jar.ts';
import { answers, listeningElsewhere, listTables } from './requests.ts';

const hasJava = spawnSync('java', ['-version']).status === 0;
if (!hasJava && process.env['CI']) throw new Error('In CI the tests need Java; .ci/run installs it.');
const describeJar = hasJava ? describe : describe.skip;

describeJar(hasJava ? 'startJar' : 'startJar (skipped: no Java)', () => {
  test('starts a server that answers to this machine alone, and is gone once stopped', async () => {
    const server = await startJar();
    expect(server.kind).toBe('jar');
    expect(await listTables(server.endpoint)).toEqual([]);
    const elsewhere = await listeningElsewhere(server.endpoint);
    await server.stop();
    expect(await answers(server.endpoint)).toBe(false);
    expect(await listeningElsewhere(server.endpoint)).toEqual(elsewhere);
  });

  test('can be stopped twice', async () => {
    const server = await startJar();
    await server.stop();
    await expect(server.stop()).resolves.toBeUndefined();
  });
});
