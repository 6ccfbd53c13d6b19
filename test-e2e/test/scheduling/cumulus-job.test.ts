import { EventEmitter, once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describeUnless, ownFolder } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { cumulusApi } from '../kit/command.ts';
import { type Fault, withFaults } from '../kit/faults/proxy.ts';
import { ownDeployment } from '../pages/own-deployment.ts';
import { isOnPath } from '../terraform/available.ts';
import { Jobs } from './job.ts';

const BACKUP = ['backup', 'prod'];
const QUIET = ['--quiet', ...BACKUP];

/** One for systemd and cron, and for whoever reads their reports. */
const ANOTHER_RUNS = 75;

const missing = ['flock', 'curl'].filter((command) => !isOnPath(command));

describeUnless(missing.length > 0 ? `needs ${missing.join(' and ')}` : undefined, 'cumulus-job', () => {
  const folder = ownFolder();
  ownDeployment({ perTable: 5 });
  let jobs: Jobs;

  beforeAll(async () => {
    jobs = await Jobs.in(folder);
  });

  /** The backups of a table, by their names. */
  async function backupsOf(table: string): Promise<readonly string[]> {
    const files = await readdir(jobs.backups);
    return files.filter((file) => new RegExp(`^${table}\\.\\d{8}T\\d{6}Z\\.json(\\.gz)?$`).test(file)).sort();
  }

  test('backs up all tables, and proves the files', async () => {
    const { code, stdout } = await jobs.run(BACKUP, { CUMULUS_BACKUP_OPTIONS: '--gzip --segments 2' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^prod-GranulesTable: 5 items/m);
    const [file = '', ...others] = await backupsOf('prod-GranulesTable');
    expect([others, file.endsWith('.gz')]).toEqual([[], true]);
    expect(await readFile(join(jobs.backups, 'prod-GranulesTable.proofs.json'), 'utf8')).toContain('"how": "file"');
    expect((await cumulusApi(['verify', join(jobs.backups, file), '--table', 'prod-GranulesTable'])).code).toBe(0);
  }, 60_000);

  test('with --quiet it writes nothing if all was done, so that cron sends no mail', async () => {
    expect(await jobs.run(QUIET)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  }, 60_000);

  describe('two runs at once:', () => {
    test('one does the job, the other ends at once with status 75 and does nothing', async () => {
      const before = await backupsOf('prod-GranulesTable');
      const { reached, release, fault } = held('Scan');
      await withFaults([fault], async ({ environment }) => {
        const first = jobs.start(QUIET, environment);
        await reached;
        const second = await jobs.run(QUIET, environment);
        expect(second).toEqual({
          ...{ code: ANOTHER_RUNS, signal: null, stdout: '' },
          stderr: 'cumulus-job: another backup of prod has not ended yet; nothing was done\n',
        });
        release();
        expect(await first.ended).toMatchObject({ code: 0, stderr: '' });
      });
      expect(await backupsOf('prod-GranulesTable')).toHaveLength(before.length + 1);
    }, 60_000);
  });

  describe('a run that is killed leaves nothing that blocks the next one:', () => {
    test.each([
      ['the whole job, by SIGKILL', 'SIGKILL', true],
      ['the job’s shell alone, by SIGTERM, which the command gets too', 'SIGTERM', false],
    ] as const)(
      '%s',
      async (_, signal, isWholeGroup) => {
        const { reached, release, fault } = held('Scan');
        await withFaults([fault], async ({ environment }) => {
          const { process: job, ended } = jobs.start(QUIET, environment);
          await reached;
          process.kill(isWholeGroup ? -Number(job.pid) : Number(job.pid), signal);
          const { code, signal: by } = await ended;
          expect([code, by]).toEqual(isWholeGroup ? [null, 'SIGKILL'] : [143, null]);
          release();
        });
        const next = await jobs.run(QUIET);
        expect({ code: next.code, stderr: next.stderr }).toEqual({ code: 0, stderr: '' });
        // Of what was being written nothing is left.
        expect((await readdir(jobs.backups)).filter((file) => /partial|checkpoint|lock/.test(file))).toEqual([]);
      },
      60_000,
    );

    test('the shell alone, by SIGKILL: the next run waits for nobody, and does nothing while the command goes on', async () => {
      const { reached, release, fault } = held('Scan');
      await withFaults([fault], async ({ environment }) => {
        const { process: job } = jobs.start(QUIET, environment);
        await reached;
        process.kill(Number(job.pid), 'SIGKILL');
        expect((await jobs.run(QUIET, environment)).code).toBe(ANOTHER_RUNS);
        release();
        for (;;) if ((await jobs.run(QUIET, environment)).code === 0) break;
      });
    }, 60_000);
  });

  test('a failure is passed on: its exit status, its reason on standard error, and nothing is removed after it', async () => {
    const before = await backupsOf('prod-UsersTable');
    const denied: Fault = async ({ action, body }, pass) =>
      action === 'Scan' && body.includes('prod-UsersTable') ? DENIED : pass();
    await withFaults([denied], async ({ environment }) => {
      const { code, stdout, stderr } = await jobs.run(QUIET, {
        ...{ ...environment, CUMULUS_KEEP_OPTIONS: '--keep-last 1', CUMULUS_HEARTBEAT_BACKUP: 'http://127.0.0.1:9' },
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('prod-UsersTable');
      expect(stderr).not.toContain('heartbeat');
    });
    expect(await backupsOf('prod-UsersTable')).toEqual(before);
    expect((await backupsOf('prod-GranulesTable')).length).toBeGreaterThan(1);
  }, 60_000);

  describe('the heartbeat', () => {
    test('is sent after a job that was done, by an address that no other user of the machine sees', async () => {
      const seen: string[] = [];
      const commandLines: string[] = [];
      const server = createServer(async ({ url = '' }, response) => {
        seen.push(url);
        for (const pid of await readdir('/proc').catch(() => [])) {
          commandLines.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
        }
        response.end('OK');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const settings = { CUMULUS_HEARTBEAT_BACKUP: `http://127.0.0.1:${port}/ping/known-to-few` };
      const { code, stderr } = await jobs.run(QUIET, settings);
      server.close();
      expect({ code, stderr, seen }).toEqual({ code: 0, stderr: '', seen: ['/ping/known-to-few'] });
      expect(commandLines.some((line) => line.includes('curl'))).toBe(true);
      expect(commandLines.filter((line) => line.includes('known-to-few'))).toEqual([]);
    }, 60_000);

    test('that cannot be sent is reported, and the job is done all the same', async () => {
      const settings = { CUMULUS_HEARTBEAT_BACKUP: 'http://127.0.0.1:9/ping' };
      const { code, stderr } = await jobs.run(QUIET, settings);
      expect(code).toBe(0);
      expect(stderr).toContain('cumulus-job: the heartbeat of the backup of prod was not sent');
    }, 60_000);
  });

  describe('ends with 2 before it does anything', () => {
    test.each([
      [['backup'], {}, 'usage: cumulus-job'],
      [['backup', 'prod', 'more'], {}, 'usage: cumulus-job'],
      [['restore', 'prod'], {}, 'there is no job restore'],
      [['backup', '$(touch x)'], {}, 'is no prefix of tables'],
      [['backup', '../prod'], {}, 'is no prefix of tables'],
      [['backup', '--yes'], {}, 'is no prefix of tables'],
      [BACKUP, { CUMULUS_BACKUPS: undefined }, '/etc/cumulus/prod.env cannot be read'],
      [BACKUP, { STATE_DIRECTORY: '/proc' }, '/proc/prod.backup.lock cannot be written'],
    ] as const)('with the arguments %j and the settings %j', async (args, settings, message) => {
      const { code, stdout, stderr } = await jobs.run(args, settings);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
    });

    test('without flock', async () => {
      const empty = join(folder, 'no-programs');
      await mkdir(empty);
      await writeFile(join(empty, 'sh'), '');
      const { code, stderr } = await jobs.run(BACKUP, { PATH: empty });
      expect(code).toBe(2);
      expect(stderr).toContain('there is no flock on the PATH');
    });
  });
});

const DENIED = {
  ...{ status: 400, type: 'application/x-amz-json-1.0', fault: true as const },
  body: Buffer.from('{"__type":"com.amazon.coral.service#AccessDeniedException","message":"not authorized"}'),
};

/** Holds the first call of an action until it is released. */
function held(action: string) {
  const events = new EventEmitter();
  const [reached, released] = ['reached', 'released'].map((event) => once(events, event));
  const fault: Fault = async (call, pass) => {
    if (call.action === action) {
      events.emit('reached');
      await released;
    }
    return pass();
  };
  return { reached, release: () => events.emit('released'), fault };
}
