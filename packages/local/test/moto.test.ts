import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from '@jest/globals';
import { MotoUnavailableError, type ServerProcess, startMoto } from '../src/index.ts';
import { describeUnless } from './describe-unless.ts';
import { answers, listeningElsewhere, listTables } from './requests.ts';

const first = await startMoto().catch((error: unknown) => {
  if (error instanceof MotoUnavailableError) return error;
  throw error;
});

describeUnless(first instanceof MotoUnavailableError ? first.message : undefined, 'startMoto', () => {
  const moto = first as ServerProcess;
  afterAll(() => moto.stop());

  test('starts a server of its own each time, for this machine alone, which is gone once stopped', async () => {
    const second = await startMoto();
    expect(second.endpoint).not.toBe(moto.endpoint);
    expect(await listTables(second.endpoint)).toEqual([]);
    const elsewhere = await listeningElsewhere(second.endpoint);
    await second.stop();
    await expect(second.stop()).resolves.toBeUndefined();
    expect(await answers(second.endpoint)).toBe(false);
    expect(await listeningElsewhere(second.endpoint)).toEqual(elsewhere);
    expect(await listTables(moto.endpoint)).toEqual([]);
  });
});

describe('startMoto without a moto that runs', () => {
  /** A process of its own, since jest's workers keep changes of their environment from the processes they start. */
  const STARTER = `
    import { startMoto } from '@cumulus/local';
    await startMoto().catch((error) => console.log(error.name + ': ' + error.message));
  `;

  test('says how to get it, and leaves nothing behind', async () => {
    const TMPDIR = await mkdtemp(join(tmpdir(), 'no-moto-'));
    const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', STARTER], {
      cwd: import.meta.dirname,
      env: { ...process.env, PATH: '/nowhere', TMPDIR },
    });
    const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(said).toMatch(/^MotoUnavailableError: moto_server does not run: there is none on the PATH\. /);
    expect(said).toContain("pip install 'moto[server]'");
    expect(await readdir(TMPDIR)).toEqual([]);
    await rm(TMPDIR, { recursive: true });
  });
});
