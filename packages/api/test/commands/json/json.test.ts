import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateBackupCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { COMMANDS, type Command, type CommandGroup } from '@cumulus/cli';
import { followTable, listArchive } from '@cumulus/dynamodb/archive';
import { createStreamsClient } from '@cumulus/dynamodb/aws';
import { createDeployment } from '@cumulus/dynamodb/tables';
import { describeUnless, type OwnMoto, ownFolder, ownMoto, whyNoMoto } from '@cumulus/test-kit';
import { builtCommand, type JsonRun, parseRun } from '@cumulus/test-kit/command';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { apiCommands } from '../../../src/commands/index.ts';

const BUILD = new URL('../../../dist/', import.meta.url);
const { runJson, run, host } = builtCommand({
  bin: new URL('../bin/cumulus-api.js', BUILD),
  module: new URL('bin/main.js', BUILD),
});

const GROUPS: readonly (Command | CommandGroup)[] = [...COMMANDS, ...apiCommands()];
const ALL = GROUPS.flatMap((each) => ('commands' in each ? each.commands : [each]));

/** Those that go on until they are interrupted; the test of counts has the first. */
const ENDLESS = ['counts follow', 'serve'];
/** Those whose results are what they read, as it is. */
const AS_IT_IS = ['archive show', 'backups cat', 'backups find', 'executions payloads', 'logs', 'reconcile'];

/** Those that fail as a whole on this deployment, or find nothing; others of their group show the fields. */
const WITHOUT_RESULTS = ['granules bulk', 'granules remove-from-cmr', 'granules resume', 'import', 'logs'];

const RULE = {
  name: { S: 'daily' },
  rule: { M: { type: { S: 'scheduled' }, value: { S: 'rate(1 day)' } } },
};

const GRANULE = { granuleId: { S: 'g-1' }, collectionId: { S: 'A___1' }, status: { S: 'failed' } };

describe('wrong usage with --json', () => {
  test.each(ALL)('of $name is an error in the one shape', async ({ name }) => {
    const { code, stderr, json } = await runJson([...name.split(' '), '--no-such-option']);
    expect(code).toBe(2);
    expect(json).toEqual({
      ...{ command: name, dryRun: false, results: [], summary: null, warnings: [], exitStatus: 2 },
      error: {
        name: 'UsageError',
        code: 'USAGE',
        message: expect.stringMatching(/argument|takes|no-such-option|Name/),
      },
    });
    expect(stderr).toContain(json.error?.message);
  });

  test('without a command has none', async () => {
    expect((await runJson([])).json).toMatchObject({ command: null, results: [], error: { code: 'USAGE' } });
    const { stdout } = await run(['backup', '--table', 'a', '--', '--json']);
    expect(stdout).toBe('');
  });
});

describe('the page about JSON', () => {
  const page = readFileSync(new URL('../../../../../docs/reference/json.md', import.meta.url), 'utf8');

  test.each(ALL)('lists the fields of the results of $name', ({ name, fields }) => {
    const [, listed = ''] = new RegExp(`^\\| [^|]*\`${name}\`[^|]*\\| (.*) \\|$`, 'm').exec(page) ?? [];
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, field]) => field)).toEqual([...fields]);
  });

  test('explains fields that commands have, and no others', () => {
    const [, section = ''] = /^## Meaning of the fields\n(.*?)^## /ms.exec(page) ?? [];
    const names = [...section.matchAll(/^\| (.*) \|$/gm)].flatMap(([, row = '']) => {
      const field = row.split(' | ').at(-2) ?? '';
      return [...field.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    });
    expect(names.length).toBeGreaterThan(0);
    const known: ReadonlySet<string | undefined> = new Set(ALL.flatMap(({ fields }) => fields));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });
});

describeUnless(await whyNoMoto(), 'a run with --json', () => {
  const moto = ownMoto();
  const folder = ownFolder();
  const backups = join(folder, 'backups');
  const file = join(backups, 'prod-GranulesTable.json');
  const deployment = ['--prefix', 'prod', '--system-bucket', 'internal'];
  const environment = () => ({ environment: { ...moto.environment, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: moto.endpoint } });
  let [backup, spare] = ['', ''];
  const archive = join(folder, 'changes');
  let archivedAt = (): string => '';

  /** By command the lines that are run, in this order: as it is, and where it has that, with `--dry-run` before. */
  const lines = (): { readonly [command: string]: readonly (readonly string[])[] } => ({
    backup: [
      ['--prefix', 'prod', '--directory', backups],
      ['--table', 'none', '--directory', backups],
    ],
    restore: [
      [file, '--table', 'copy-GranulesTable', '--create-table', '--verify'],
      ['--directory', backups, '--prefix', 'new', '--create-table'],
      [file, '--table', 'none-GranulesTable'],
    ],
    verify: [[file], [file, '--table', 'prod-GranulesTable'], ['--directory', backups, '--prefix', 'none']],
    status: [
      ['--prefix', 'prod', '--backups', backups],
      ['--prefix', 'none'],
    ],
    'archive follow': [
      ['--table', 'prod-GranulesTable', '--to', join(folder, 'archive'), '--once', '--settle', '1s'],
      ['--table', 'none', '--to', join(folder, 'archive')],
    ],
    'archive list': [
      ['--archive', archive],
      ['--archive', archive, '--table', 'none'],
    ],
    'archive restore': [
      ['--from', archive, '--table', 'prod-GranulesTable', '--to', 'then', '--create-table', '--at', archivedAt()],
      ['--from', archive, '--table', 'none', '--to', 'then', '--latest'],
    ],
    'archive verify': [
      ['--archive', archive],
      ['--archive', archive, '--table', 'prod-GranulesTable', '--at', archivedAt()],
      ['--archive', archive, '--table', 'none'],
    ],
    'archive show': [['--archive', archive, '--table', 'prod-GranulesTable', '--key', 'granuleId=g-1']],
    'archive diff': [
      ['--archive', archive, '--prefix', 'prod', '--from', archivedAt(), '--to', archivedAt()],
      ['--archive', archive, '--table', 'none', '--from', archivedAt(), '--to', archivedAt()],
    ],
    'archive prune': [
      ['--archive', archive, '--keep-within', '35d', '--yes'],
      ['--archive', archive, '--table', 'none', '--keep-daily', '7', '--yes'],
    ],
    'backups list': [
      ['--directory', backups],
      ['--directory', backups, '--prefix', 'none'],
    ],
    'backups show': [[file], [join(backups, 'none.json')]],
    'backups forget': [
      ['--directory', backups, '--prefix', 'prod', '--keep-last', '1', '--yes'],
      ['--directory', backups, '--table', 'none', '--keep-last', '1', '--yes'],
    ],
    rehearse: [
      ['--prefix', 'prod', '--from', 'backup', '--backups', backups, '--tables', 'GranulesTable', 'RulesTable'],
      ['--prefix', 'none', '--from', 'pitr'],
    ],
    'backups cat': [[file, '--key', 'granuleId=g-1']],
    'backups find': [[file, '--where', 'status=failed']],
    'backups diff': [
      [file, '--table', 'prod-GranulesTable'],
      [file, join(backups, 'none.json')],
    ],
    'tables create': [['--prefix', 'made']],
    'tables list': [
      ['--prefix', 'prod'],
      ['--prefix', 'none'],
    ],
    'tables describe': [
      ['--prefix', 'prod'],
      ['--prefix', 'none'],
    ],
    'counts recount': [['--prefix', 'prod', '--type', 'pdr', '--settle', '1']],
    'counts show': [['--prefix', 'prod', '--collections']],
    'users add': [['alice', 'bob', '--prefix', 'prod']],
    'users import': [[join(folder, 'users.json'), '--prefix', 'prod']],
    'users list': [['--prefix', 'prod']],
    'users remove': [['alice', 'nobody', '--prefix', 'prod', '--yes']],
    'executions clean': [['--prefix', 'prod', '--older-than', '90d', '--yes']],
    'executions payloads': [[join(folder, 'pointers.json')]],
    'pitr status': [
      ['--prefix', 'prod'],
      ['--table', 'none'],
    ],
    'pitr enable': [
      ['--prefix', 'prod'],
      ['--table', 'none'],
    ],
    'pitr disable': [['--table', 'prod-SemaphoresTable', 'none', '--yes']],
    'pitr restore': [
      ['--table', 'prod-PdrsTable', '--to', 'prod-PdrsTable-back', '--latest'],
      ['--prefix', 'none', '--to-prefix', 'back', '--latest'],
    ],
    'on-demand create': [['--table', 'prod-PdrsTable']],
    'on-demand list': [['--prefix', 'prod']],
    'on-demand describe': [['--backup', backup]],
    'on-demand restore': [['--backup', backup, '--to', 'prod-PdrsTable-old']],
    'on-demand prune': [['--table', 'prod-PdrsTable', '--keep', '1', '--yes']],
    'on-demand delete': [['--backup', spare, '--yes']],
    export: [['--table', 'prod-GranulesTable', '--to', 's3://internal/exports', '--no-wait']],
    import: [['s3://internal/none', '--table', 'imported']],
    copy: [
      ['--from', 'prod-GranulesTable', '--to', 'copied-GranulesTable', '--yes'],
      ['--from', 'prod-GranulesTable', '--to', 'none'],
    ],
    adopt: [['--table', 'prod-GranulesTable', '--for', 'GranulesTable']],
    'collections sync': [[...deployment, '--yes']],
    'events replay': [['s3://internal/prod/failed-events/', '--prefix', 'prod', '--remove', '--yes']],
    'granules bulk': [['g-1', '--workflow', 'None', ...deployment]],
    'granules reingest': [['g-1', ...deployment]],
    'granules remove-from-cmr': [['g-1', '--yes', ...deployment]],
    'granules delete': [['g-1', 'none', '--yes', ...deployment]],
    'granules resume': [['0eb8e809-8790-5409-1239-bcd9e8d28b8e', ...deployment]],
    logs: [
      ['--prefix', 'prod'],
      ['--prefix', 'none'],
    ],
    'rules sync': [[...deployment, '--yes']],
    reconcile: [['--prefix', 'prod', '--bucket', 'archive', '--location', 's3']],
  });

  beforeAll(async () => {
    await createDeployment({ client: moto.client, prefix: 'prod' });
    await moto.client.send(new PutItemCommand({ TableName: 'prod-GranulesTable', Item: GRANULE }));
    await moto.client.send(new PutItemCommand({ TableName: 'prod-RulesTable', Item: RULE }));
    for (const Bucket of ['internal', 'archive']) await moto.s3.send(new CreateBucketCommand({ Bucket }));
    const put = (Bucket: string, Key: string, Body: string) =>
      moto.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    await put('archive', 'stray', 'x');
    await put('internal', 'prod/failed-events/2030-01-31/1', '{"broken":true}');
    await put('internal', 'prod/collections/A___1.json', '{}');
    const cloudWatchLogs = new CloudWatchLogsClient({ endpoint: moto.endpoint });
    await cloudWatchLogs.send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/prod-Ingest' }));
    cloudWatchLogs.destroy();
    writeFileSync(join(folder, 'users.json'), '["carol"]');
    const pointer = { M: { replace: { M: { Bucket: { S: 'b' }, Key: { S: 'k' } } } } };
    writeFileSync(join(folder, 'pointers.json'), `${JSON.stringify({ arn: { S: 'a' }, finalPayload: pointer })}\n`);
    const backUp = async (BackupName: string) => {
      const made = await moto.client.send(new CreateBackupCommand({ TableName: 'prod-PdrsTable', BackupName }));
      return made.BackupDetails?.BackupArn ?? '';
    };
    [backup, spare] = [await backUp('first'), await backUp('second')];
    await createDeployment({ client: moto.client, prefix: 'copied' });
    const at = await archiveChanges(moto, archive, 'prod-GranulesTable');
    archivedAt = () => at.toISOString();
  });

  test('is tried of each command', () => {
    expect([...Object.keys(lines()), ...ENDLESS].sort()).toEqual(ALL.map(({ name }) => name).sort());
  });

  test.each(ALL.filter(({ name }) => !ENDLESS.includes(name)))(
    'of $name has the same fields with and without --dry-run',
    async (command) => {
      const { name, options } = command;
      let results = 0;
      for (const line of lines()[name] ?? []) {
        for (const more of 'dry-run' in options ? [['--dry-run'], []] : [[]]) {
          const { json } = await runJson([...name.split(' '), ...line, ...more], environment());
          expectShape(command, json);
          expect(json).toMatchObject({ command: name, dryRun: more.length > 0 });
          results += json.results.length;
        }
      }
      if (!WITHOUT_RESULTS.includes(name)) expect(results).toBeGreaterThan(0);
    },
  );

  test('of serve is whole once it ends', async () => {
    const running = await host(['serve', '--prefix', 'prod', '--no-auth', '--port', '0', '--json'], environment());
    await running.until('stdout', (text) => text.includes('"state":"serving"'));
    await running.kill('SIGINT');
    const { results, exitStatus } = parseRun((await running.ended).stdout);
    expect({ results, exitStatus }).toMatchObject({
      results: [{ state: 'serving' }, { state: 'stopped' }],
      exitStatus: 0,
    });
  });
});

function expectShape({ name, fields }: Command, { results, exitStatus, error }: JsonRun): void {
  const common = AS_IT_IS.includes(name) ? [] : ['command', 'dryRun', 'warning', 'failure', 'error'];
  const expected = [...fields, ...common].sort();
  for (const result of results as readonly Readonly<Record<string, unknown>>[]) {
    if (fields.length > 0) expect(Object.keys(result).sort()).toEqual(expected);
    if (common.length === 0 || result['failure'] === null) continue;
    expect(exitStatus).not.toBe(0);
    if (result['error'] !== null) expect(Object.keys(result['error'] as object)).toEqual(['name', 'code', 'message']);
  }
  if (error !== null) expect(exitStatus).not.toBe(0);
}

/** Archives a table until a second can be restored. @returns the second */
async function archiveChanges({ client, endpoint }: OwnMoto, archive: string, table: string): Promise<Date> {
  const streams = createStreamsClient({ endpoint });
  try {
    for (;;) {
      await followTable({ client, streams, table, archive, once: true, settle: 100 });
      const [summary] = await listArchive(archive);
      const second = summary?.restorable.at(-1)?.to;
      if (second !== undefined) return second;
    }
  } finally {
    streams.destroy();
  }
}
