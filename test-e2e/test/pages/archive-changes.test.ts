import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { listArchive, type RestorableTime } from '@cumulus/dynamodb/archive';
import { onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { client, itemsOf, putAll } from '@cumulus/test-kit/tables';
import { expect } from '@jest/globals';
import { host } from '../kit/command.ts';
import { describePage } from './describe-page.ts';
import { Operator } from './operator.ts';
import { ownDeployment } from './own-deployment.ts';

/** Those with a stream. */
const ARCHIVED_TABLES = 9;

const GRANULE = { granuleId: { S: 'G1' }, collectionId: { S: 'MOD09GQ___006' }, status: { S: 'running' } };

onDynamoDBLocal('the page on archives', () => {
  const folder = ownFolder();
  const archive = join(folder, 'my-archive');
  ownDeployment({ perTable: 3 });

  /** Follows until all tables have a base, and a change was archived. A local stream has each change at once. */
  async function follow(command: string): Promise<string> {
    const args = command.trim().replace('my-archive', archive).split(' ').slice(1);
    const following = await host([...args, '--settle', '1s']);
    await following.until('stdout', (text) => text.split('base made, ').length > ARCHIVED_TABLES);
    await putAll('prod-GranulesTable', [GRANULE]);
    const isArchived = async (): Promise<boolean> =>
      (await listArchive(archive)).some(({ table, changes }) => table === 'prod-GranulesTable' && changes > 3);
    // What is idle is noted once a minute, and in the end.
    while (!(await isArchived())) await sleep(200);
    await following.kill('SIGINT');
    const { code, stdout } = await following.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/of 9 tables; stopped on request\n$/) });
    return stdout;
  }

  /** The seconds of which the archive has the state of a table. */
  async function archivedTime(table: string): Promise<readonly [from: string, to: string]> {
    const summaries = await listArchive(archive);
    const [time] = summaries.flatMap((each) => (each.table === table ? each.restorable : []));
    const { from, to } = time as RestorableTime;
    return [from.toISOString(), to.toISOString()];
  }

  describePage('docs/how-to/archive-changes.md', {
    operator: () => Operator.at(folder, {}),
    timeout: 120_000,
    languages: {
      ini: async ({ text }, operator) => {
        const { to, more } =
          /^CUMULUS_ARCHIVE="(?<to>.*)"\nCUMULUS_ARCHIVE_OPTIONS="(?<more>.*)"$/.exec(text)?.groups ?? {};
        const planned = await operator.run(`cumulus-api archive follow --prefix prod --to ${to} ${more} --dry-run`);
        expect(planned.trim().split('\n')).toHaveLength(ARCHIVED_TABLES);
      },
    },
    steps: {
      'cumulus-api archive follow --prefix prod --to my-archive': { run: ({ text }) => follow(text) },
      'cumulus-api archive diff': {
        inPlaceOfRunning: 'with the times of an archive that is a minute old',
        run: async ({ text }, operator) => {
          const [from, to] = await archivedTime('prod-GranulesTable');
          const { code, shown } = await operator.show(text.replace('"2 hours ago"', from).replace('"1 hour ago"', to));
          // DynamoDB Local gives a change the time at which its minute begins, which may be before the archive.
          expect([0, 1]).toContain(code);
          expect(shown).toMatch(/^prod-GranulesTable at \S+ and at \S+: /);
          return shown;
        },
      },
      '--at 2026-11-29T20:32:00Z': {
        inPlaceOfRunning: 'with a time of the archive, and after the table of the block before it is deleted',
        run: async ({ text }, operator) => {
          await client.send(new DeleteTableCommand({ TableName: 'new-GranulesTable' }));
          const [from] = await archivedTime('prod-GranulesTable');
          const written = await operator.run(text.replace('2026-11-29T20:32:00Z', from));
          expect(written).toContain('new-GranulesTable');
          expect((await itemsOf('new-GranulesTable')).length).toBeGreaterThanOrEqual(3);
          return written;
        },
      },
    },
    notRun: {
      'systemctl enable --now cumulus-archive@prod.service':
        'systemd is not what starts the processes of the machines that run tests',
    },
  });
});
