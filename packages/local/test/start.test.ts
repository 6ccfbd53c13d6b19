import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { LocalServer } from '../src/index.ts';
import { describeUnless } from './describe-unless.ts';
import { answers, whyNoJava } from './requests.ts';

/** What a machine without Java looks like to a process. */
const NO_JAVA = { PATH: '/nowhere' };

/** A process of its own, since jest's workers keep changes of their environment from the processes they start. */
const STARTER = `
  import { startDynamoDB } from '@cumulus/local';
  const log = [];
  const server = await startDynamoDB({ log: (line) => log.push(line), prefer: JSON.parse(process.env.PREFER ?? 'null') ?? undefined });
  console.log(JSON.stringify({ ...server, log }));
  for await (const _ of process.stdin);
  await server.stop();
`;

describe('startDynamoDB', () => {
  test('starts a server of its own whatever endpoint and profile are set for AWS', async () => {
    const elsewhere = 'http://127.0.0.1:1';
    const { process, server } = await start({
      ...{ ...NO_JAVA, AWS_PROFILE: 'production' },
      ...{ AWS_ENDPOINT_URL: elsewhere, AWS_ENDPOINT_URL_DYNAMODB: elsewhere },
    });
    expect(server.kind).toBe('dynalite');
    expect(server.endpoint).not.toBe(elsewhere);
    expect(await answers(server.endpoint)).toBe(true);
    await finish(process);
  });

  test('takes dynalite where there is no Java, and says why', async () => {
    const { process, server } = await start(NO_JAVA);
    expect(server).toMatchObject({
      kind: 'dynalite',
      log: ['dynalite, a stand-in in JavaScript without time to live and streams: no Java'],
    });
    expect(await finish(process)).toBe(0);
  });

  test('tries only the given kinds, and names why none of them can be had', async () => {
    const child = spawnStarter({ ...NO_JAVA, PREFER: '["jar"]' });
    const complaint = (await child.stderr?.setEncoding('utf8').toArray())?.join('');
    expect(complaint).toContain('No DynamoDB could be started on this machine: no Java. ');
  });
});

describeUnless(whyNoJava(), 'startDynamoDB with Java', () => {
  test('takes the jar where there is Java', async () => {
    const { process, server } = await start({});
    expect(server).toMatchObject({
      kind: 'jar',
      log: ['DynamoDB Local from its jar with Java'],
    });
    expect(await finish(process)).toBe(0);
    expect(await answers(server.endpoint)).toBe(false);
  });

  test('leaves neither Java nor a directory behind when its process is killed', async () => {
    const TMPDIR = await mkdtemp(join(tmpdir(), 'killed-'));
    const { process, server } = await start({ TMPDIR, PREFER: '["jar"]' });
    expect(await readdir(TMPDIR)).toContainEqual(expect.stringMatching(/^cumulus-dynamodb-local-/));
    process.kill('SIGKILL');
    await until(async () => !(await answers(server.endpoint)));
    await until(async () => !(await readdir(TMPDIR)).some((name) => name.startsWith('cumulus-dynamodb-local-')));
    await rm(TMPDIR, { recursive: true });
  });
});

async function start(variables: NodeJS.ProcessEnv) {
  const child = spawnStarter(variables);
  const [line] = await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line');
  return { process: child, server: JSON.parse(line) as LocalServer & { log: string[] } };
}

function spawnStarter(variables: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', '--input-type=module', '--eval', STARTER], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...variables },
  });
}

/** Lets the process stop its server and end; its exit status. */
async function finish(child: ChildProcess): Promise<number | null> {
  child.stdin?.end();
  const [status] = await once(child, 'exit');
  return status;
}

/** Waits for what has to become true within ten seconds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so after ten seconds: ${condition}`);
    await sleep(20);
  }
}
