import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { describeUnless, ownFolder, whyNoCommands } from '@cumulus/test-kit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { ownDeployment } from '../pages/own-deployment.ts';
import { pathOf } from '../pages/page.ts';
import { Jobs } from './job.ts';

const run = promisify(execFile);

const SCHEDULING = pathOf('packages/api/scheduling');
const EXAMPLE = join(SCHEDULING, 'example.env');
const JOBS = ['backup', 'rehearse', 'status'];

/** What runs until it is stopped. */
const ARCHIVE = 'cumulus-archive@.service';

/** How a unit has a setting as one word. */
function at(name: string): string {
  return `$\{${name}}`;
}

/** The values of a setting of a unit, in its order. */
async function settingsOf(unit: string, name: string): Promise<readonly string[]> {
  const text = await readFile(join(SCHEDULING, 'systemd', unit), 'utf8');
  return [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

describeUnless(await whyNoCommands('systemd-analyze'), 'the units for systemd', () => {
  const folder = ownFolder();

  beforeAll(async () => {
    await mkdir(join(folder, 'units'));
    for (const unit of await readdir(join(SCHEDULING, 'systemd')))
      await copyFile(join(SCHEDULING, 'systemd', unit), join(folder, 'units', unit.replace('@', '@prod')));
  });

  const units = async (): Promise<readonly string[]> =>
    (await readdir(join(folder, 'units'))).sort().map((unit) => join(folder, 'units', unit));

  test('are a service and a timer for each job, one for the archive, and one that reports failures', async () => {
    expect((await units()).map((unit) => basename(unit))).toEqual(
      [
        ...JOBS.flatMap((job) => [`cumulus-${job}@prod.service`, `cumulus-${job}@prod.timer`]),
        'cumulus-archive@prod.service',
        'cumulus-failed@prod.service',
      ].sort(),
    );
  });

  test('are valid for systemd itself, without a warning', async () => {
    // Their pages of the manual are where npm installs them.
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', ...(await units())]);
    expect(stdout + stderr).toBe('');
  });

  test('give a job little of the machine: by systemd’s count of exposure 2 of 10 at most', async () => {
    for (const job of [...JOBS, 'archive']) {
      const unit = join(folder, 'units', `cumulus-${job}@prod.service`);
      const { stdout } = await run('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit]);
      expect(stdout).toMatch(/Overall exposure level for .*: [01]\.\d OK/);
    }
  });

  test.each(JOBS)('%s: runs for its deployment, has a limit of time, and its failure is reported', async (job) => {
    const unit = `cumulus-${job}@.service`;
    expect(await settingsOf(unit, 'ExecStart')).toEqual([`/usr/bin/env cumulus-job ${job} %i`]);
    expect(await settingsOf(unit, 'EnvironmentFile')).toEqual(['/etc/cumulus/%i.env']);
    expect(await settingsOf(unit, 'OnFailure')).toEqual(['cumulus-failed@%n.service']);
    expect(await settingsOf(unit, 'TimeoutStartSec')).toEqual([expect.stringMatching(/^\d+(h|min)$/)]);
    expect(await settingsOf(unit, 'User')).toEqual(['cumulus']);
    // A backup has no warnings that end it with status 3.
    expect(await settingsOf(unit, 'SuccessExitStatus')).toEqual(job === 'backup' ? [] : ['3']);
  });

  test('archive: follows its deployment until it is stopped, is started again, and its failure is reported', async () => {
    const [command = ''] = await settingsOf(ARCHIVE, 'ExecStart');
    expect(command).toBe(
      `/usr/bin/env cumulus-api archive follow --prefix %i --to ${at('CUMULUS_ARCHIVE')} $CUMULUS_ARCHIVE_OPTIONS`,
    );
    expect(await settingsOf(ARCHIVE, 'EnvironmentFile')).toEqual(['/etc/cumulus/%i.env']);
    expect(await settingsOf(ARCHIVE, 'OnFailure')).toEqual(['cumulus-failed@%n.service']);
    expect(await settingsOf(ARCHIVE, 'User')).toEqual(['cumulus']);
    expect(await settingsOf(ARCHIVE, 'Type')).toEqual(['exec']);
    expect(await settingsOf(ARCHIVE, 'Restart')).toEqual(['on-failure']);
    expect(await settingsOf(ARCHIVE, 'RestartPreventExitStatus')).toEqual(['2']);
    // A failure is reported once it is not started again any more: it has to come to that.
    const [interval = '', burst = '', wait = ''] = [
      ...(await settingsOf(ARCHIVE, 'StartLimitIntervalSec')),
      ...(await settingsOf(ARCHIVE, 'StartLimitBurst')),
      ...(await settingsOf(ARCHIVE, 'RestartSec')),
    ];
    expect({ interval, burst, wait }).toEqual({ interval: '1h', burst: '30', wait: '1min' });
  });

  test.each(JOBS)('%s: its timer makes up for a run that was missed', async (job) => {
    const timer = `cumulus-${job}@.timer`;
    expect(await settingsOf(timer, 'Persistent')).toEqual(['true']);
    const [calendar = ''] = await settingsOf(timer, 'OnCalendar');
    const { stdout } = await run('systemd-analyze', ['calendar', calendar]);
    expect(stdout).toMatch(/Next elapse/);
  });
});

describeUnless(await whyNoCommands('flock'), 'the example of settings', () => {
  const folder = ownFolder();
  ownDeployment({ perTable: 2 });

  test('means the same to systemd and to a shell: names, and texts in double quotes without anything special', async () => {
    const lines = (await readFile(EXAMPLE, 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^[A-Z_]+="[^"$`\\]*"$/);
    const script = `set -a; . '${EXAMPLE}'; env`;
    const { stdout } = await run('sh', ['-c', script], { env: { PATH: process.env['PATH'] } });
    expect(stdout.split('\n')).toEqual(expect.arrayContaining(lines.map((line) => line.replaceAll('"', ''))));
  });

  test('has each setting that cumulus-job and the units read, and no other', async () => {
    const named = (text: string): readonly string[] => [...new Set(text.match(/\bCUMULUS_[A-Z_]+\b/g))].sort();
    const job = await readFile(pathOf('packages/api/scheduling/cumulus-job'), 'utf8');
    const archive = (await settingsOf(ARCHIVE, 'ExecStart')).join();
    expect(named(await readFile(EXAMPLE, 'utf8'))).toEqual(named(job + archive));
  });

  describe('the lines for cron', () => {
    const FILE = join(SCHEDULING, 'cron/cumulus');

    /** Minute, hour, day, month and weekday; the user; what `sh` runs. */
    const LINE = /^((?:\S+ ){4}\S+)\s+(\S+)\s+(\S.*)$/;

    const lines = async (): Promise<readonly (readonly string[])[]> => {
      const text = await readFile(FILE, 'utf8');
      const jobs = text.split('\n').filter((line) => /^[\d*]/.test(line));
      return jobs.map((line) => (LINE.exec(line) ?? [line]).slice(1));
    };

    test('run each job as the user of the settings, and write nothing that is done', async () => {
      expect((await lines()).map(([, user, command]) => [user, command])).toEqual(
        ['backup', 'status', 'rehearse'].map((job) => ['cumulus', `cumulus-job --quiet ${job} prod`]),
      );
    });

    test('the first of them backs up, in the shell and with the environment that cron gives it', async () => {
      const jobs = await Jobs.in(folder);
      const [[, , command = ''] = []] = await lines();
      const [, path = ''] = /^PATH=(.*)$/m.exec(await readFile(FILE, 'utf8')) ?? [];
      const env = jobs.environment({ PATH: `${jobs.bin}:${path}`, SHELL: '/bin/sh', HOME: folder });
      expect(await run('/bin/sh', ['-c', command], { env })).toMatchObject({ stdout: '', stderr: '' });
      expect((await readdir(jobs.backups)).join()).toMatch(/prod-GranulesTable\.\d{8}T\d{6}Z\.json/);
    }, 60_000);
  });
});

describeUnless(await whyNoCommands('crontab'), 'the lines for cron', () => {
  test('are valid for cron itself', async () => {
    const { stderr } = await run('crontab', ['-n', join(SCHEDULING, 'cron/cumulus')]);
    expect(stderr).toContain('successfully checked');
  });
});
