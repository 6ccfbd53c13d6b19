import { describeUnless, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiResult, cumulusApiResults, host, parseRun } from '../kit/command.ts';
import { refusedAs } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import type { OnDemandAws } from './on-demand-aws.ts';
import { backupsOf, makeBackup, makeTable, withAws } from './on-demand-tests.ts';

interface Pruned {
  readonly table: string;
  readonly toDelete: number;
  readonly deleted: number;
  readonly goneAlready: number;
  readonly kept: number;
  readonly failed: number;
  readonly backups: readonly { readonly name: string; readonly fate: string; readonly error?: string }[];
}

const DAY = 86_400;

/** Backups are moto's; their ages, states and types, and what is refused, are the proxy's. */
describeUnless(await whyNoMoto(), 'on-demand delete and prune', () => {
  const moto = ownMoto();
  let made = 0;

  /** A table that no other test has, with backups of these names; their ARNs. */
  async function ownBackups(...names: string[]): Promise<{ table: string; arns: string[] }> {
    made += 1;
    const table = `prod-Table${made}`;
    await makeTable(moto.client, table);
    const arns: string[] = [];
    for (const name of names) arns.push(await makeBackup(moto.client, table, name));
    return { table, arns };
  }

  const remove = (...args: string[]): string[] => ['on-demand', 'delete', '--backup', ...args];
  const prune = (...args: string[]): string[] => ['on-demand', 'prune', ...args];

  describe('delete', () => {
    test('deletes what is named, and takes what is gone already for done', async () => {
      const { table, arns } = await ownBackups('aaa', 'bbb', 'ccc');
      await cumulusApiResults(remove(arns[0] ?? '', '--yes'), { environment: moto.environment });
      const said = await cumulusApiResults(remove(arns[0] ?? '', arns[1] ?? '', '--yes'), {
        environment: moto.environment,
      });
      expect(said).toMatchObject([
        { table, backupArn: arns[0], state: 'gone already' },
        { table, backupArn: arns[1], state: 'deleted', dryRun: false },
      ]);
      expect(await backupsOf(moto.client, table)).toHaveLength(1);
    });

    test('asks first: without a terminal it takes --yes; a dry run does not, and deletes nothing', async () => {
      const { table, arns } = await ownBackups('mine');
      await withAws(moto, async (aws, environment) => {
        const { code, stderr } = await cumulusApi(remove(...arns), { environment });
        expect(code).toBe(2);
        expect(stderr).toContain(`Delete 1 backup for good: mine (${table}, `);
        expect(stderr).toContain('--yes');
        const said = await cumulusApiResult(remove(...arns, '--dry-run'), { environment });
        expect(said).toMatchObject({ table, name: 'mine', dryRun: true, state: 'planned' });
        expect(aws.changes).toEqual([]);
      });
    });

    test.each<[string, Parameters<OnDemandAws['alter']>[1], RegExp]>([
      [
        'one of DynamoDB’s own',
        { BackupType: 'SYSTEM', BackupExpiryDateTime: 1_900_000_000 },
        /made by DynamoDB itself, and cannot be deleted\.\n.*Nothing was deleted\.\n.*removes it at 2030-03-17/,
      ],
      ['one that is still being made', { BackupStatus: 'CREATING' }, /still being made, and cannot be deleted yet/],
    ])('refuses %s before it deletes any', async (_, altered, message) => {
      const { table, arns } = await ownBackups('mine', 'other');
      await withAws(moto, async (aws, environment) => {
        aws.alter('other', altered);
        const { code, stderr } = await cumulusApi(remove(...arns, '--yes'), { environment });
        expect(code).toBe(1);
        expect(stderr).toMatch(message);
        expect(aws.changes).toEqual([]);
      });
      expect(await backupsOf(moto.client, table)).toEqual(['mine', 'other']);
    });

    test('one that vanishes in between counts as gone, one that is in use fails, the rest goes (refused by the proxy)', async () => {
      const { arns } = await ownBackups('vanishing', 'used', 'usual');
      const refuse = (arn: string | undefined, error: string) =>
        refusedAs('DeleteBackup', error, 'no', ({ BackupArn }) => BackupArn === arn);
      await withAws(
        moto,
        async (_, environment) => {
          const { code, stdout, stderr } = await cumulusApi(remove(...arns, '--yes', '--json'), { environment });
          expect(code).toBe(1);
          expect(parseRun(stdout).results).toMatchObject([
            { state: 'gone already' },
            { error: { name: 'RequestFailedError' } },
            { state: 'deleted' },
          ]);
          expect(stderr).toContain(`DeleteBackup on ${arns[1]}`);
        },
        refuse(arns[0], 'BackupNotFoundException'),
        refuse(arns[1], 'BackupInUseException'),
      );
    });

    test('a request whose answer was lost has deleted it', async () => {
      const { arns } = await ownBackups('lost');
      let calls = 0;
      const losing: Fault = async (call, pass) => {
        const answer = await pass();
        if (call.action !== 'DeleteBackup') return answer;
        calls += 1;
        if (calls === 1) throw new Error('The answer is lost.');
        return answer;
      };
      await withAws(
        moto,
        async (_, environment) =>
          expect(await cumulusApiResult(remove(...arns, '--yes'), { environment })).toMatchObject({ state: 'deleted' }),
        losing,
      );
      expect(calls).toBe(2);
    });

    test.each(['DescribeBackup', 'DeleteBackup'])('names the action %s if it is not permitted', async (action) => {
      const { table, arns } = await ownBackups('mine');
      await withAws(
        moto,
        async (_, environment) => {
          const { code, stderr } = await cumulusApi(remove(...arns, '--yes'), { environment });
          expect(code).toBe(1);
          expect(stderr).toContain(`dynamodb:${action} on the backup`);
        },
        refusedAs(action, 'AccessDeniedException', 'not authorized'),
      );
      expect(await backupsOf(moto.client, table)).toEqual(['mine']);
    });
  });

  describe('prune', () => {
    /** Backups a hundred days old, fifty, one, and one that is being made. */
    async function ownAges(aws: OnDemandAws, type = 'USER'): Promise<{ table: string; arns: string[] }> {
      const now = Date.now() / 1000;
      const own = await ownBackups('old', 'middle', 'new', 'making');
      for (const [name, days] of [
        ['old', 100],
        ['middle', 50],
        ['new', 1],
      ] as const) {
        aws.alter(name, { BackupType: type, BackupCreationDateTime: now - days * DAY });
      }
      aws.alter('making', { BackupStatus: 'CREATING' });
      return own;
    }

    test.each([
      [
        ['--keep', '1'],
        ['old', 'middle'],
      ],
      [['--keep', '2'], ['old']],
      [['--keep', '3'], []],
      [['--older-than', '90d'], ['old']],
      [
        ['--older-than', '7 weeks'],
        ['old', 'middle'],
      ],
      [
        ['--older-than', '1h'],
        ['old', 'middle'],
      ],
      [['--older-than', '1h', '--name-prefix', 'mid'], []],
      [['--keep', '1', '--name-prefix', 'o'], []],
    ])('%j deletes %j', async (retention, gone) => {
      await withAws(moto, async (aws, environment) => {
        const { table, arns } = await ownAges(aws);
        const dry = await cumulusApiResults<Pruned>(prune('--table', table, ...retention, '--dry-run'), {
          environment,
        });
        expect(dry.map(({ toDelete }) => toDelete).reduce((sum, each) => sum + each, 0)).toBe(gone.length);
        expect(aws.changes).toEqual([]);
        const [said] = await cumulusApiResults<Pruned>(prune('--table', table, ...retention, '--yes'), { environment });
        expect(said).toMatchObject({ table, deleted: gone.length, failed: 0, goneAlready: 0 });
        const deleted = said?.backups.filter(({ fate }) => fate === 'deleted').map(({ name }) => name);
        expect(deleted?.sort()).toEqual([...gone].sort());
        expect(await backupsOf(moto.client, table)).toHaveLength(arns.length - gone.length);
      });
    });

    test('asks first, lists what goes and what stays, and never counts DynamoDB’s own', async () => {
      await withAws(moto, async (aws, environment) => {
        const { table } = await ownAges(aws);
        aws.alter('new', { BackupType: 'SYSTEM' });
        const asked = await cumulusApi(prune('--table', table, '--keep', '1'), { environment });
        expect(asked.code).toBe(2);
        expect(asked.stderr).toContain(`Delete 1 backup of ${table} for good?`);
        const { stdout } = await cumulusApi(prune('--table', table, '--older-than', '1d', '--dry-run'), {
          environment,
        });
        expect(stdout).toMatch(/: 1 would be deleted, 2 kept\n/);
        expect(stdout).toMatch(
          / {2}kept: making, \S+Z \(it is CREATING\)\n {2}kept: middle, \S+Z \(the newest of its table\)/,
        );
        expect(stdout).toMatch(/ {2}would be deleted: old, \S+Z \(it is older\)/);
        expect(aws.changes).toEqual([]);
      });
    });

    test('counts what DynamoDB acknowledged: some gone, some refused, exit 1 and the rest named (refused by the proxy)', async () => {
      const aimed: string[] = [];
      const refuse = (index: number, error: string) =>
        refusedAs('DeleteBackup', error, 'no', ({ BackupArn }) => BackupArn === aimed[index]);
      await withAws(
        moto,
        async (aws, environment) => {
          const { table, arns } = await ownAges(aws);
          const more = await makeBackup(moto.client, table, 'more');
          aws.alter('more', { BackupCreationDateTime: 1_700_000_000 });
          aimed.push(arns[0] ?? '', arns[1] ?? '');
          const args = prune('--table', table, '--keep', '1', '--yes');
          const { code, stdout, stderr } = await cumulusApi([...args, '--json'], { environment });
          expect(code).toBe(1);
          const [said] = parseRun<Pruned>(stdout).results;
          expect(said).toMatchObject({ deleted: 1, goneAlready: 1, failed: 1, kept: 2 });
          expect(stderr).toContain(`still there: ${arns[1]}`);
          expect(stderr).not.toContain(more);
          aimed.length = 0;
          const [again] = await cumulusApiResults<Pruned>(args, { environment });
          expect(again).toMatchObject({ failed: 0 });
        },
        refuse(0, 'BackupNotFoundException'),
        refuse(1, 'BackupInUseException'),
      );
    });

    test('interrupted, it says how many are gone; the same command deletes the rest', async () => {
      let isSlow = true;
      const slow: Fault = async (call, pass) => {
        if (call.action === 'DeleteBackup' && isSlow && call.body.includes('backup')) {
          isSlow = false;
          const answer = await pass();
          await new Promise((resolve) => setTimeout(resolve, 2_000));
          return answer;
        }
        return pass();
      };
      await withAws(
        moto,
        async (aws, environment) => {
          const { table } = await ownAges(aws);
          const args = prune('--table', table, '--keep', '1', '--yes');
          const running = await host(args, { environment });
          await aws.asked('DeleteBackup', 1);
          await running.kill('SIGINT');
          const { code, stderr } = await running.ended;
          expect(code).toBe(130);
          expect(stderr).toContain('was interrupted');
          await cumulusApiResults(args, { environment });
          expect(await backupsOf(moto.client, table)).toEqual(['making', 'new']);
        },
        slow,
      );
    });

    test('of a deployment, also of its tables that are gone; others are left alone', async () => {
      const { table } = await ownBackups('one', 'two');
      await makeTable(moto.client, 'mine-PdrsTable');
      for (const name of ['one', 'two']) await makeBackup(moto.client, 'mine-PdrsTable', name);
      const said = await cumulusApiResults<Pruned>(prune('--prefix', 'mine', '--keep', '1', '--yes'), {
        environment: moto.environment,
      });
      expect(said).toMatchObject([{ table: 'mine-PdrsTable', deleted: 1, kept: 1 }]);
      expect(await backupsOf(moto.client, table)).toHaveLength(2);
    });

    test.each([
      [['--table', 'prod-a']],
      [['--keep', '1']],
      [['--table', 'prod-a', '--keep', '0']],
      [['--table', 'prod-a', '--keep', '1', '--older-than', '1d']],
      [['--table', 'prod-a', '--older-than', 'yesterday']],
    ])('a wrong command line: %j', async (args) => {
      expect((await cumulusApi(prune(...args), { environment: moto.environment })).code).toBe(2);
    });
  });
});
