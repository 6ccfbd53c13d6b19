import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ownFolder } from '@cumulus/test-kit';
import { describe, expect, test } from '@jest/globals';
import type { ChosenCommand } from '../../src/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { findConfigFile } from '../../src/config/config-file.ts';
import { type ConfiguredOptions, describeConfigured } from '../../src/config/configured-options.ts';
import { GLOBAL_OPTIONS } from '../../src/options/global-options.ts';
import { parse } from '../../src/parse.ts';
import { run } from '../../src/run.ts';
import { PARSE_SETTINGS } from '../parse-settings.ts';

const parent = ownFolder();
let count = 0;

/** A new folder with a config file. */
function folderWith(content: object | string, name = 'cumulus-api.config.json'): string {
  count += 1;
  const folder = join(parent, String(count));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

function parseIn(folder: string, commandLine: string, environment: NodeJS.ProcessEnv = {}): ChosenCommand {
  const parsed = parse(commandLine.split(' '), COMMANDS, {
    ...PARSE_SETTINGS,
    environment,
    findConfig: (chosen) => findConfigFile(folder, chosen),
  });
  if (typeof parsed === 'string') throw new TypeError(parsed);
  return parsed;
}

async function runHere(argv: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  await run(argv, io);
  io.stdout.end();
  io.stderr.end();
  return { stdout: await text(io.stdout), stderr: await text(io.stderr) };
}

/** The options of a command line where a config file has this. */
function optionsWith(content: object, commandLine: string, environment?: NodeJS.ProcessEnv): unknown {
  return parseIn(folderWith(content), commandLine, environment).options;
}

describe('a config file is found', () => {
  test('in the folder, and else in the nearest above it', () => {
    const above = folderWith({ region: 'us-west-1' });
    const folder = join(above, 'a', 'b');
    mkdirSync(folder, { recursive: true });
    expect(parseIn(folder, 'backup --table T-1').options.region).toBe('us-west-1');
    writeFileSync(join(folder, 'cumulus-api.config.json'), '\uFEFF{"region":"us-west-2"}');
    expect(parseIn(folder, 'backup --table T-1').options.region).toBe('us-west-2');
  });

  test('as the section cumulus of package.json, unless there is a file of its own', () => {
    const folder = folderWith({ name: 'ours', cumulus: { region: 'us-west-1' } }, 'package.json');
    expect(parseIn(folder, 'backup --table T-1').options.region).toBe('us-west-1');
    writeFileSync(join(folder, 'cumulus-api.config.json'), '{"region":"us-west-2"}');
    expect(parseIn(folder, 'backup --table T-1').options.region).toBe('us-west-2');
  });

  test('not in a package.json without that section, which the search goes on from', () => {
    const above = folderWith({ region: 'us-west-1' });
    const folder = join(above, 'package');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"name":"other"}');
    expect(parseIn(folder, 'backup --table T-1').options.region).toBe('us-west-1');
  });

  test('by --config, and not with --no-config', () => {
    const folder = folderWith({ region: 'us-west-1' });
    const other = join(folderWith({ region: 'us-west-2' }, 'other.json'), 'other.json');
    const inPackage = join(folderWith({ cumulus: { region: 'us-west-3' } }, 'package.json'), 'package.json');
    expect(parseIn(folder, `backup --table T-1 --config ${other}`).options.region).toBe('us-west-2');
    expect(parseIn(folder, `backup --table T-1 --config ${inPackage}`).options.region).toBe('us-west-3');
    expect(parseIn(folder, 'backup --table T-1 --no-config').options.region).toBeUndefined();
  });

  test('not in a folder that everybody may write to, unless it is named', () => {
    const folder = folderWith({ region: 'us-west-1' });
    chmodSync(folder, 0o777);
    expect(() => parseIn(folder, 'backup --table T-1')).toThrow('everybody may write to');
    const named = `backup --table T-1 --config ${join(folder, 'cumulus-api.config.json')}`;
    expect(parseIn(folder, named).options.region).toBe('us-west-1');
  });
});

describe('an option of a config file', () => {
  test('is for all commands that have it, for a group or for one; the more special goes first', () => {
    const content = {
      prefix: 'all',
      region: 'us-west-1',
      commands: { pitr: { prefix: 'group' }, 'pitr status': { prefix: 'one', expect: ['GranulesTable'] } },
    };
    expect(optionsWith(content, 'tables list')).toMatchObject({ prefix: 'all', region: 'us-west-1' });
    expect(optionsWith(content, 'pitr enable')).toMatchObject({ prefix: 'group', region: 'us-west-1' });
    expect(optionsWith(content, 'pitr status')).toMatchObject({ prefix: 'one', expect: ['GranulesTable'] });
  });

  test('has the types of JSON', () => {
    const content = { commands: { backup: { segments: 8, gzip: true, resume: false, table: 'T-1' } } };
    expect(optionsWith(content, 'backup')).toMatchObject({ segments: 8, gzip: true, resume: false, table: ['T-1'] });
  });

  test.each([
    ['backup --table T-1 --region us-east-2', {}, 'us-east-2'],
    ['backup --table T-1 --region us-east-2', { AWS_REGION: 'us-east-1' }, 'us-east-2'],
    ['backup --table T-1', { AWS_REGION: 'us-east-1' }, undefined],
    ['backup --table T-1', { AWS_DEFAULT_REGION: 'us-east-1' }, undefined],
    ['backup --table T-1', { AWS_REGION: '' }, 'us-west-1'],
  ])('gives way to the command line and the environment: %s with %j', (commandLine, environment, region) => {
    expect(optionsWith({ region: 'us-west-1' }, commandLine, environment)).toMatchObject({ region });
  });

  test.each(['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'])('gives way, where it is a profile, to %s', (variable) => {
    expect(optionsWith({ profile: 'file' }, 'backup --table T-1', { [variable]: 'x' })).toMatchObject({
      profile: undefined,
    });
    expect(optionsWith({ profile: 'file' }, 'backup --table T-1', {})).toMatchObject({ profile: 'file' });
  });

  test('gives way, where it is a region, to the ARN of a table', () => {
    const arn = 'arn:aws:dynamodb:us-east-2:123456789012:table/T-1';
    expect(optionsWith({ region: 'us-west-1' }, `backup --table ${arn}`)).toMatchObject({ region: 'us-east-2' });
  });

  test('is turned off by the command line', () => {
    const content = { commands: { backup: { gzip: true } } };
    expect(optionsWith(content, 'backup --table T-1 --gzip=false')).toMatchObject({ gzip: false });
  });

  test.each([
    ['backup --table T-1', { prefix: undefined, tables: undefined }],
    ['backup --table T-1 --to s3://bucket/p', { directory: undefined, resume: false, sse: 'AES256' }],
    ['backup --table T-1 --directory d', { directory: 'd', resume: true, sse: undefined }],
    ['restore a.json --table T-1', { prefix: undefined, directory: undefined }],
    ['restore --directory d --create-table', { prefix: 'p', directory: 'd' }],
    ['verify a.json', { prefix: undefined, directory: undefined }],
    ['on-demand create --table T-1', { prefix: undefined }],
    ['on-demand prune --older-than 9d', { prefix: 'p', keep: undefined }],
    ['pitr restore --table T-1 --to T-2 --at 2026-01-31', { prefix: undefined, latest: false }],
    ['executions clean --table T-1 --older-than 90d', { prefix: undefined, stack: undefined }],
  ])('gives way to one that excludes it, and is left out where it has no use: %s', (commandLine, expected) => {
    const content = {
      prefix: 'p',
      sse: 'AES256',
      stack: 's',
      directory: '/backups',
      commands: { backup: { resume: true }, 'on-demand prune': { keep: 7 }, pitr: { latest: true } },
    };
    expect(optionsWith(content, commandLine)).toMatchObject(expected);
  });

  test('is a path from the folder of the file, wherever the command runs', () => {
    const folder = folderWith({
      directory: 'backups',
      commands: { copy: { list: '/l.json' }, verify: { directory: 's3://b-1/p' } },
    });
    expect(parseIn(folder, 'backup --table T-1').options).toMatchObject({
      directory: relative(process.cwd(), join(folder, 'backups')),
    });
    expect(parseIn(folder, 'copy --from T-1 --to T-2').options).toMatchObject({ list: '/l.json' });
    expect(parseIn(folder, 'verify --prefix p').options).toMatchObject({ directory: 's3://b-1/p' });
  });

  test('that is required need not be typed', () => {
    expect(optionsWith({ prefix: 'p' }, 'tables list')).toMatchObject({ prefix: 'p' });
  });
});

describe('refused, with the file and the key', () => {
  test.each<[object | string, string]>([
    [{ reigon: 'x' }, 'reigon: there is no such option. Did you mean region?'],
    [{ commands: { backup: { 'older-than': '9d' } } }, 'commands.backup.older-than: there is no such option'],
    [{ commands: { bakup: {} } }, 'commands.bakup: there is no such command. Did you mean backup?'],
    [{ backup: { gzip: true } }, 'backup: options for one command go into commands.backup'],
    [{ commands: { restore: { concurrency: 'many' } } }, 'commands.restore.concurrency takes a whole number'],
    [{ gzip: 'yes' }, 'gzip takes true or false, not "yes"'],
    [{ prefix: ['a', 'b'] }, 'prefix takes a text or a number, not ["a","b"]'],
    [{ prefix: null }, 'prefix takes a text or a number, not null'],
    [{ table: ['T-1', { a: 1 }] }, 'table takes a text or a number, not {"a":1}'],
    [{ file: 'a.json' }, 'file: there is no such option'],
    [{ yes: true }, 'yes is not taken from a file'],
    [{ commands: { copy: { yes: true } } }, 'commands.copy.yes is not taken from a file'],
    [{ commands: { restore: { overwrite: true } } }, 'commands.restore.overwrite is not taken from a file'],
    [{ config: 'other.json' }, 'config is not taken from a file'],
    [{ commands: [] }, 'commands takes an object'],
    [{ commands: { backup: true } }, 'commands.backup takes an object'],
    ['{"__proto__":{"prefix":"p"}}', '__proto__: there is no such option'],
    ['[]', 'takes an object of JSON'],
    ['{"prefix":', 'is no JSON'],
    ['', 'has no options'],
  ])('%j: %s', (content, message) => {
    const folder = folderWith(content);
    const file = join(folder, 'cumulus-api.config.json');
    expect(() => parseIn(folder, 'tables list --prefix p')).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(() => parseIn(folder, 'tables list --prefix p')).toThrow(message);
    expect(() => parseIn(folder, 'tables list --prefix p')).toThrow(file);
  });

  test('a value that fits other commands than the one at hand', () => {
    const content = { to: 's3://my-bucket/p' };
    expect(optionsWith(content, 'backup --table T-1')).toMatchObject({ to: 's3://my-bucket/p' });
    expect(() => optionsWith(content, 'copy --from T-1')).toThrow("json: to takes a table's name");
    expect(optionsWith(content, 'copy --from T-1 --to T-2')).toMatchObject({ to: 'T-2' });
  });

  test('options of it that do not go together; as JSON, if the file says so', async () => {
    const file = join(folderWith({ prefix: 'p', tables: 't.json', json: true }), 'cumulus-api.config.json');
    const { stdout, stderr } = await runHere(['backup', '--config', file]);
    expect(stderr).toContain(`--table, --prefix and --tables; ${file} has --prefix, --tables, --json (see`);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE' } });
  });

  test('a file that is named and is not there, or a folder', () => {
    const folder = folderWith({});
    expect(() => parseIn(folder, `tables list --prefix p --config ${join(folder, 'none.json')}`)).toThrow('none.json');
    expect(() => parseIn(folder, `tables list --prefix p --config ${folder}`)).toThrow('EISDIR');
  });
});

test('the file in docs/how-to/command-line.md is one, and gives what the page says', () => {
  const page = readFileSync(new URL('../../../../docs/how-to/command-line.md', import.meta.url), 'utf8');
  const [, content = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = folderWith(content);
  expect(parseIn(folder, 'backup').options).toMatchObject({
    prefix: 'prod',
    gzip: true,
    keep: 7,
    'max-read-units': 500,
  });
  expect(parseIn(folder, 'backup --table prod-GranulesTable').options).toMatchObject({ prefix: undefined });
  expect(parseIn(folder, 'pitr status').options).toMatchObject({ json: true, expect: ['GranulesTable', 'UsersTable'] });
  const [, refused = ''] = /refused\s+in\s+a\s+file:\n\n((?:- `[a-z-]+`\n)+)/.exec(page) ?? [];
  const names = [...refused.matchAll(/[a-z][a-z-]+/g)].map(([name]) => name);
  expect(names).toContain('yes');
  for (const name of names) expect(() => parseIn(folderWith({ [name]: true }), 'backup')).toThrow(name);
});

test('what confirms something is only taken from the command line', () => {
  const all = COMMANDS.flatMap((each) => ('commands' in each ? each.commands : [each]));
  const confirming = all.flatMap(({ name, options }) =>
    Object.entries(options)
      .filter(([of]) => /^(yes|overwrite|force.*)$/.test(of))
      .map(([of, option]) => ({ name, of, option })),
  );
  expect(confirming.length).toBeGreaterThan(3);
  for (const { option } of confirming) expect(option.isTypedOnly).toBe(true);
});

test('no option has the name of the section for commands', () => {
  const all = COMMANDS.flatMap((each) => ('commands' in each ? each.commands : [each]));
  for (const { options } of all) expect({ ...GLOBAL_OPTIONS, ...options }).not.toHaveProperty('commands');
});

test('the command says with --verbose which file was used, for what, and what of it was not', async () => {
  const folder = folderWith({
    prefix: 'p',
    profile: 'none',
    'endpoint-url': 'http://127.0.0.1:1',
    commands: { backup: { gzip: true } },
  });
  const file = join(folder, 'cumulus-api.config.json');
  const configured: ConfiguredOptions[] = [];
  parse(['backup', '--table', 'T-1', '--config', file], COMMANDS, {
    ...PARSE_SETTINGS,
    environment: { AWS_PROFILE: 'other' },
    findConfig: (chosen) => findConfigFile(folder, chosen),
    onConfigured: (given) => configured.push(given),
  });
  expect(configured.map(describeConfigured)).toEqual([
    `Options of ${file}: --gzip, --endpoint-url; --prefix is not used: --table is given; --profile is not used: AWS_PROFILE is set`,
  ]);
  const list = ['tables', 'list', '--config', file, '--region', 'us-east-1'];
  expect((await runHere([...list, '--verbose'])).stderr).toContain(`Options of ${file}: --prefix;`);
  expect((await runHere(list)).stderr).not.toContain('Options of');
});

test.each([
  ['lacks an option', ['tables', 'list']],
  ['has an unknown option', ['tables', 'list', '--frobnicate']],
  ['has a wrong value', ['backup', '--table', 'T-1', '--segments', 'many']],
])('JSON that a config file asks for is written also where the command line %s', async (_what, commandLine) => {
  const file = join(folderWith({ json: true }), 'cumulus-api.config.json');
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  await run([...commandLine, '--config', file], io);
  io.stdout.end();
  expect(JSON.parse(await text(io.stdout))).toMatchObject({ results: [], error: { code: 'USAGE' }, exitStatus: 2 });
});
