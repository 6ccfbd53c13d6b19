import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listArchive } from '@cumulus/dynamodb/archive';
import { onDynamoDBLocal, ownFolder } from '@cumulus/test-kit';
import { putAll } from '@cumulus/test-kit/tables';
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

  /** Follows until all tables can be restored, and a change was archived. A local stream has each change at once. */
  async function follow(command: string): Promise<string> {
    const args = command.trim().replace('my-archive', archive).split(' ').slice(1);
    const following = await host([...args, '--settle', '1s']);
    await following.until('stdout', (text) => text.split('base made, ').length > ARCHIVED_TABLES);
    await putAll('prod-GranulesTable', [GRANULE]);
    const isWhole = async (): Promise<boolean> =>
      (await listArchive(archive)).every(
        ({ table, changes, restorable }) => restorable.length > 0 && (table !== 'prod-GranulesTable' || changes > 3),
      );
    while (!(await isWhole())) await sleep(200);
    await following.kill('SIGINT');
    const { code, stdout } = await following.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/of 9 tables; stopped on request\n$/) });
    return stdout;
  }

  describePage('docs/how-to/archive-changes.md', {
    operator: () => Operator.at(folder, {}),
    timeout: 120_000,
    languages: {
      ini: async ({ text }, operator) => {
        const [, command = ''] = /^ExecStart=\/usr\/bin\/env (.*)$/m.exec(text) ?? [];
        const planned = await operator.run(`${command.replace('/var/lib', '.')} --dry-run`);
        expect(planned.trim().split('\n')).toHaveLength(ARCHIVED_TABLES);
      },
    },
    steps: {
      'cumulus-api archive follow --prefix prod --to my-archive': { run: ({ text }) => follow(text) },
    },
    notRun: {
      'cumulus-api archive diff': 'the archive is minutes old there',
      '--at 2026-11-29T20:32:00Z': 'the archive is of another day there',
    },
  });
});
