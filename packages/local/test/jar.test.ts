import { expect, test } from '@jest/globals';
import { startJar } from '../src/jar.ts';
import { describeUnless } from './describe-unless.ts';
import { answers, listeningElsewhere, listTables, whyNoJava } from './requests.ts';

describeUnless(whyNoJava(), 'startJar', () => {
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
