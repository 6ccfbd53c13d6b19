import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import type { ChosenCommand } from '../../src/command.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { printableIo } from '../../src/output/printable.ts';
import { Report } from '../../src/output/report.ts';
import { parse } from '../../src/parse.ts';
import { run } from '../../src/run.ts';
import { takesColours } from '../../src/terminal/colours.ts';
import { PARSE_SETTINGS } from '../parse-settings.ts';

const ESCAPE = '\u001b[';

describe('colours', () => {
  test.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['a terminal with an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['a pipe with FORCE_COLOR', false, { FORCE_COLOR: '1' }, true],
    ['a pipe with FORCE_COLOR=true', false, { FORCE_COLOR: 'true' }, true],
    ['a terminal with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['a terminal with FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, false],
    ['a terminal with an empty FORCE_COLOR', true, { FORCE_COLOR: '' }, true],
    ['a pipe with both', false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('%s', (_of, isTTY, environment, expected) => {
    expect(takesColours(Object.assign(new PassThrough(), { isTTY }), environment)).toBe(expected);
  });
});

function terminals(columns = 80) {
  const screen = () => Object.assign(new PassThrough(), { isTTY: true, columns });
  return { stdin: new PassThrough(), stdout: screen(), stderr: screen() };
}

async function onTerminal(argv: readonly string[], columns?: number): Promise<{ stdout: string; stderr: string }> {
  const io = terminals(columns);
  await run(argv, io);
  io.stdout.end();
  io.stderr.end();
  return { stdout: await text(io.stdout), stderr: await text(io.stderr) };
}

describe('on a terminal', () => {
  test('an error begins in red, and what it quotes has no colours of its own', async () => {
    const { stderr } = await onTerminal(['bakup\u001b[32m']);
    const label = '\u001b[31m\u001b[1mcumulus-api:\u001b[22m\u001b[39m';
    expect(stderr.startsWith(`${label} There is no command bakup\\u001b[32m`)).toBe(true);
  });

  test('a warning begins in yellow, results have no colours', () => {
    const io = terminals();
    const { stdout, stderr } = printableIo(io);
    stderr.write('WARNING: two\nWARNING: not this\n');
    stdout.write('WARNING: cumulus-api:\n');
    expect(String(io.stderr.read())).toBe('\u001b[33m\u001b[1mWARNING:\u001b[22m\u001b[39m two\nWARNING: not this\n');
    expect(String(io.stdout.read())).toBe('WARNING: cumulus-api:\n');
  });

  test('a result begins in red if it is a failure, in yellow with a warning, and as JSON in no colour', () => {
    const written = (commandLine: string): string => {
      const io = terminals();
      const chosen = parse(commandLine.split(' '), COMMANDS, PARSE_SETTINGS) as ChosenCommand;
      const report = new Report(chosen, io, { update: () => undefined, clear: () => undefined, end: () => undefined });
      report.done([
        { result: { table: 'T-1' }, lines: ['T-1: protected', '  more'] },
        { result: { table: 'T-2' }, lines: ['T-2: \u001b[32mnot', '  more'], failure: 'T-2 should be' },
        { result: { table: 'T-3' }, lines: ['T-3: protected'], warning: 'but not for long' },
      ]);
      report.end(1);
      return String(io.stdout.read());
    };
    expect(written('pitr status --table T-1')).toBe(
      [
        'T-1: protected',
        '  more',
        '\u001b[31m\u001b[1mT-2: \\u001b[32mnot\u001b[22m\u001b[39m',
        '  more',
        '\u001b[33m\u001b[1mT-3: protected\u001b[22m\u001b[39m',
        '',
      ].join('\n'),
    );
    expect(written('pitr status --table T-1 --json')).not.toContain(ESCAPE);
  });

  test('headings of help are bold', async () => {
    const { stdout } = await onTerminal(['counts', 'show', '--help']);
    for (const heading of ['Options:', 'Global options:', 'Examples:'])
      expect(stdout).toContain(`\u001b[1m${heading}\u001b[22m\n`);
  });

  test.each([40, 60, 80, 100])(
    'help keeps to %i columns, but for examples, which are to be copied',
    async (columns) => {
      const { stdout } = await onTerminal(['executions', 'clean', '--help'], columns);
      const [help = '', examples = ''] = stripVTControlCharacters(stdout).split('Examples:\n');
      expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(examples.split('\n')).toContain(
        '  cumulus-api executions clean --prefix prod --older-than 90d --system-bucket prod-internal --dry-run',
      );
    },
  );

  test('a version has no colours', async () => {
    expect((await onTerminal(['--version'])).stdout).not.toContain(ESCAPE);
  });
});

test('what is piped has no colours', async () => {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  await run(['--help'], io);
  await run(['bakup'], io);
  io.stdout.end();
  io.stderr.end();
  expect((await text(io.stdout)) + (await text(io.stderr))).not.toContain(ESCAPE);
});
