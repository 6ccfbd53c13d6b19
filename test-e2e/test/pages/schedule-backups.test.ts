import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ownFolder, whyNoCommands } from '@cumulus/test-kit';
import { expect } from '@jest/globals';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';
import { pathOf } from './page.ts';

const folder = ownFolder();
ownDeployment({ perTable: 3 });

const BY_TERRAFORM = 'test-e2e/test/terraform/scheduled-backup.test.ts';
const NO_SYSTEMD = 'systemd is not what starts the processes of the machines that run tests';

/** What is done as root on the reader's machine is done in a folder here, as whoever runs the tests. */
async function inFolder({ text }: { readonly text: string }, reader: Operator): Promise<string> {
  const here = text
    .replaceAll('sudo ', '')
    .replace('$(npm root --global)/@cumulus/api', pathOf('packages/api'))
    .replace(/^useradd .*$/m, '')
    .replaceAll(/ -g cumulus\b/g, '')
    .replaceAll(/ (?=\/(?:etc|usr)\/)/g, ` ${folder}/root`);
  return reader.run(here);
}

describePage('docs/how-to/schedule-backups.md', {
  unless: await whyNoCommands('flock'),
  operator: async () => {
    for (const path of ['root/usr/local/bin', 'root/etc/systemd/system', 'root/etc/cron.d', 'state'])
      await mkdir(join(folder, path), { recursive: true });
    const PATH = `${join(folder, 'root/usr/local/bin')}:${process.env['PATH']}`;
    const settings = { STATE_DIRECTORY: join(folder, 'state'), CUMULUS_BACKUPS: join(folder, 'backups') };
    return Operator.at(folder, { PATH, ...settings });
  },
  notRun: {
    'docker push': 'there is no registry where the tests run',
    'terraform output -json for_scheduled_backup': BY_TERRAFORM,
    'terraform apply plan': BY_TERRAFORM,
    'aws ecs run-task': BY_TERRAFORM,
    'systemctl start': NO_SYSTEMD,
    'systemctl enable': NO_SYSTEMD,
  },
  steps: {
    useradd: {
      inPlaceOfRunning: 'everything but the user is made, in another folder',
      run: inFolder,
      after: async () => {
        expect(await readdir(join(folder, 'root/etc/systemd/system'))).toHaveLength(8);
        expect((await stat(join(folder, 'root/etc/cumulus/prod.env'))).mode & 0o777).toBe(0o640);
      },
    },
    'tee /etc/cumulus/alarm.env': {
      inPlaceOfRunning: 'it is done in another folder',
      run: inFolder,
      after: async () => {
        const text = await readFile(join(folder, 'root/etc/cumulus/alarm.env'), 'utf8');
        expect(text).toBe('MAILTO=operators@example.org\n');
      },
    },
    '/etc/cron.d/cumulus': {
      inPlaceOfRunning: 'it is done in another folder',
      run: inFolder,
      after: async () => {
        expect(await readFile(join(folder, 'root/etc/cron.d/cumulus'), 'utf8')).toContain('cumulus-job --quiet backup');
      },
    },
    'cumulus-job backup prod': {
      after: async () => {
        expect((await readdir(join(folder, 'backups'))).join()).toMatch(/prod-GranulesTable\.\d{8}T\d{6}Z\.json/);
      },
    },
  },
});
