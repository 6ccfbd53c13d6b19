import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { exampleLines } from '@cumulus/test-kit/command';
import { describe, expect, test } from '@jest/globals';
import type { Command } from '../src/command.ts';
import { COMMANDS } from '../src/commands/index.ts';
import { parse } from '../src/parse.ts';
import { run } from '../src/run.ts';
import { type Ended, start } from './cumulus-api.ts';
import { PARSE_SETTINGS } from './parse-settings.ts';

async function runHere(commandLine: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await run(commandLine === '' ? [] : commandLine.split(' '), io);
  io.stdout.end();
  io.stderr.end();
  return { code, stdout: await text(io.stdout), stderr: await text(io.stderr) };
}

describe('wrong usage ends with 2 and one line on standard error that names what is wrong and which help says more', () => {
  test.each([
    ['', 'Name a command'],
    ['bakup', 'bakup'],
    ['backup', '--table, --prefix and --tables'],
    ['backup --table T-1 --prefix p', '--table, --prefix and --tables'],
    ['backup --prefix p --tables outputs.json', '--table, --prefix and --tables'],
    ['backup --table', '--table takes a value'],
    ['backup --table T-1 --gzip=maybe', '--gzip takes true or false, not "maybe"'],
    ['backup --table T-1 --json=1', '--json takes true or false, not "1"'],
    ['restore a.json --table T-1 --verify= --create-table', '--verify takes true or false, not ""'],
    ['completion bsh', 'SHELL takes bash, zsh or fish'],
    ['backup --table a,b', 'a,b'],
    ['backup --table ../escape', '../escape'],
    ['backup --table T-1 --unknown', 'unknown'],
    ['backup --table T-1 --no-gzip', 'no-gzip'],
    ['backup --table T-1 --segments 0', '--segments'],
    ['backup --table T-1 --segments many', '"many"'],
    ['backup --table T-1 --segments 0-15/64', '"0-15/64"'],
    ['backup --table T-1 --concurrency -1', '"-1"'],
    ['backup --table T-1 --max-read-units 1.5', '--max-read-units'],
    ['backup --table T-1 --keep 1e3', '"1e3"'],
    ['backup --table T-1 --directory=', '--directory'],
    ['backup --table T-1 --region a --region b', '--region'],
    ['backup --table T-1 --endpoint-url localhost:8000', '--endpoint-url'],
    ['backup --table T-1 --resume --resume-within soon', '"soon"'],
    ['backup --table T-1 --resume-within 6h', '--resume'],
    ['backup --table arn:aws:dynamodb:us-east-1:123456789012:table/T-1/index/i', 'or ARN, not'],
    ['backup --table T-1 --sse AES256', '--sse goes with --to'],
    ['backup --table T-1 --kms-key k', '--kms-key goes with --to'],
    ['backup --table T-1 --to s3://my-backups --sse AES128', '"AES128"'],
    ['backup --table T-1 --to s3://my-backups --sse AES256 --kms-key k', '--kms-key goes with --sse aws:kms'],
    ['backup --table T-1 --to s3://my-backups --storage-class standard', '"standard"'],
    ['backup --table T-1 --to s3://my-backups --request-payer owner', '"owner"'],
    ['verify s3://my-backups/T-1.json --sse AES256', 'sse'],
    ['archive restore --from a --table T-1 --at 2026-01-01', '--table with --to or --to-file'],
    ['archive restore --from a --table T-1 --prefix p --to T-2 --latest', '--table with --to or --to-file'],
    ['archive restore --table T-1 --to T-2 --latest', '--from'],
    ['archive restore --from a --table T-1 --to T-2', 'one of --at and --latest'],
    ['archive restore --from a --table T-1 --to-file d --latest --overwrite', '--overwrite goes with --to'],
    ['archive restore --from a --table T-1 --to T-2 --latest --resume', '--resume takes --work-directory'],
    ['archive restore --from a --table T-1 --to T-2 --latest --sse AES256', '--sse goes with --to-file'],
    ['restore', 'FILE'],
    ['restore a.json', '--table'],
    ['restore a.json b.json --table T-1', 'b.json'],
    ['restore a.json --table T-1 --table T-2', '--table'],
    ['restore a.json --table T-1 --prefix p', '--prefix'],
    ['restore a.json --table T-1 --overwrite --skip-existing', '--skip-existing'],
    ['restore a.json --table T-1 --changes --overwrite', '--changes'],
    ['restore a.json --table T-1 --changes --create-table', '--changes'],
    ['restore --directory d --prefix p --changes', '--changes'],
    ['restore - --table T-1 --resume', '--resume'],
    ['restore a.json --directory d --prefix p', 'FILE'],
    ['restore --directory d', '--prefix'],
    ['restore --directory d --prefix p --table T-1', '--table'],
    ['verify', 'FILE'],
    ['verify --directory d', '--prefix'],
    ['tables', 'create, list or describe'],
    ['tables drop --prefix p', 'drop'],
    ['tables list', 'The option --prefix is missing'],
    ['tables create --prefix p --tag stage', '"stage"'],
    ['tables create --prefix p --point-in-time NoTable', '"NoTable"'],
    ['executions', 'clean or payloads'],
    ['executions clean --prefix p', 'older-than'],
    ['executions clean --older-than 90d', '--prefix and --table'],
    ['executions clean --older-than 90d --prefix p --table T-1', '--prefix and --table'],
    ['executions clean --older-than 90 --prefix p', '"90"'],
    ['executions clean --older-than 3months --prefix p', '"3months"'],
    ['executions clean --older-than 90d --prefix p --stack s', '--system-bucket'],
    ['executions clean --older-than 90d --table T-1 --system-bucket b', '--stack'],
    ['executions payloads', 'Not enough'],
    ['users', 'add, import, list or remove'],
    ['users add --prefix p', 'Not enough'],
    ['users add alice', '--prefix and --tables'],
    ['users remove alice --prefix p --tables outputs.json', '--prefix and --tables'],
    ['users add tab\there --prefix p', 'NAME'],
    ['users add alice --prefix p --expires 2030-02-31', '"2030-02-31"'],
    ['users add alice --prefix p --expires 2030-01-31T12:00', '"2030-01-31T12:00"'],
    ['users remove alice --prefix p --dry-run=yes', '--dry-run'],
    ['users add alice bob --prefix p --password-stdin', '--password-stdin'],
    ['help bakup', 'bakup'],
    ['completion tcsh', 'SHELL takes bash, zsh or fish, not "tcsh" ('],
    ['--unknown x backup --table T-1', '--unknown'],
    ['on-demand list --type user --type system', '--type'],
  ])('cumulus-api %s', async (commandLine, named) => {
    const { code, stdout, stderr } = await runHere(commandLine);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^cumulus-api: [^\n]+ \(see cumulus-api ([a-z -]+ )?--help\)\n$/);
    expect(stderr).toContain(named);
  });

  test.each([
    ['backup', 'cumulus-api backup --help'],
    ['pitr', 'cumulus-api pitr --help'],
    ['pitr restor', 'cumulus-api pitr --help'],
    ['help pitr restor', 'cumulus-api pitr --help'],
    ['--region us-west-2 --json pitr restore --table T-1', 'cumulus-api pitr restore --help'],
    ['import s3://bucket/folder --table T-1 --for Granules', 'cumulus-api import --help'],
    ['bakup', 'cumulus-api --help'],
    ['', 'cumulus-api --help'],
  ])('cumulus-api %s: %s', async (commandLine, help) => {
    expect((await runHere(commandLine)).stderr).toContain(`(see ${help})`);
  });
});

describe('what may have been meant is named', () => {
  test.each([
    ['bakup', 'Did you mean backup?'],
    ['exec', 'Did you mean executions?'],
    ['pirt', 'Did you mean pitr?'],
    ['pitr restor', 'Did you mean restore?'],
    ['help bakup', 'Did you mean backup?'],
    ['backup --tabel T-1', 'Did you mean --table or --tables?'],
    ['backup --max-read=100 --table T-1', 'Did you mean --max-read-units?'],
    ['--regon us-west-2 backup --table T-1', 'Did you mean --region?'],
    ['copy --form T-1 --to T-2', 'Did you mean --from?'],
    ['counts show --prefix p --type granules', 'Did you mean granule?'],
    ['on-demand list --type usr', 'Did you mean user?'],
    ['tables create --prefix p --point-in-time granuletable', 'Did you mean GranulesTable?'],
    ['adopt --table T-1 --for GranuleTable', 'Did you mean GranulesTable?'],
    ['adopt --table T-1 --for RecordCountTable', 'Did you mean RecordCountsTable?'],
  ])('cumulus-api %s', async (commandLine, suggestion) => {
    const { code, stderr } = await runHere(commandLine);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(suggestion) });
  });

  test.each(['frobnicate', 'backup --frobnicate', 'tables drop', 'on-demand list --type xyz', 'backup -x --table T-1'])(
    'unless nothing is near: cumulus-api %s',
    async (commandLine) => {
      const { code, stderr } = await runHere(commandLine);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.not.stringContaining('Did you mean') });
    },
  );
});

const EACH: readonly Command[] = COMMANDS.flatMap((each) => ('commands' in each ? each.commands : [each]));

/** Runs the built command in a process of its own, which loads what the command needs and nothing else. */
function inOwnProcess(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(argv, { environment }).ended;
}

describe('help', () => {
  test('each command says on standard output what it takes, with examples', async () => {
    for (const { name } of EACH) {
      const { code, stdout, stderr } = await runHere(`${name} --help`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`cumulus-api ${name}`);
      expect(stdout).toContain('Examples:');
      expect(stdout).toContain('--endpoint-url');
    }
  });

  test('each example is on a line of its own, and is a command line as it is', async () => {
    for (const { name, examples } of EACH) {
      const { stdout } = await runHere(`${name} --help`);
      const shown = stdout.slice(stdout.indexOf('Examples:')).split('\n');
      expect(shown).toEqual(expect.arrayContaining(examples.map((line) => `  ${line}`)));
      const lines = exampleLines(examples);
      expect(lines).not.toHaveLength(0);
      for (const argv of lines) {
        expect(parse(argv, COMMANDS, PARSE_SETTINGS)).toMatchObject({ name });
      }
    }
  });

  test.each(['backup', 'pitr', 'pitr restore'])('help %s says what %s --help says', async (name) => {
    const help = await runHere(`help ${name}`);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(new RegExp(`^cumulus-api ${name}\\b`));
    expect(help).toEqual(await runHere(`${name} --help`));
  });

  test('is in English wherever it is asked for', async () => {
    const { stdout } = await inOwnProcess(['--help'], { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' });
    expect(stdout).toContain('Show help');
  });

  test('the built command shows help and version without loading the AWS SDK', async () => {
    const help = await inOwnProcess(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const command of ['backup', 'restore', 'verify', 'tables', 'users']) {
      expect(help.stdout).toContain(`cumulus-api ${command}`);
    }
    expect(await inOwnProcess(['--version'])).toEqual({
      code: 0,
      signal: null,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
    expect((await inOwnProcess(['--help'], { NODE_DEBUG: 'esm' })).stderr).not.toContain('client-dynamodb');
  });

  test('only a command that is about records loads their models', async () => {
    const unreachable = ['--prefix', 'p', '--endpoint-url', 'http://127.0.0.1:1'];
    const loadedBy = async (command: string): Promise<string> =>
      (await inOwnProcess([...command.split(' '), ...unreachable], { NODE_DEBUG: 'esm' })).stderr;
    expect(await loadedBy('tables list')).not.toContain('packages/models');
    expect(await loadedBy('users list')).toContain('packages/models');
  });
});
