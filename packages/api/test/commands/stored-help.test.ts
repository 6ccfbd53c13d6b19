import { PassThrough } from 'node:stream';
import { COMMANDS, completion, HELP_DESCRIPTION } from '@cumulus/cli';
import { answerFromStoredHelp } from '@cumulus/cli/stored-help';
import { describe, expect, test } from '@jest/globals';
import { apiCommands } from '../../src/commands/index.ts';
import { run } from '../../src/run.ts';

const STORED = new URL('../../dist/help/', import.meta.url);

const NAMES = [...COMMANDS, ...apiCommands(), completion, HELP_DESCRIPTION]
  .flatMap((command) => [command, ...('commands' in command ? command.commands : [])])
  .map(({ name }) => name);

interface Page {
  readonly isTTY: boolean;
  readonly columns?: number;
}

const PIPE: Page = { isTTY: false };
/** A terminal is in colour. */
const TERMINALS: readonly Page[] = [
  { isTTY: true, columns: 80 },
  { isTTY: true, columns: 200 },
];

/** What a command line writes, with its exit status. */
async function written(page: Page, answer: (io: Parameters<typeof answerFromStoredHelp>[1]) => Promise<unknown>) {
  const [stdin, stdout, stderr] = [new PassThrough(), Object.assign(new PassThrough(), page), new PassThrough()];
  const status = await answer({ stdin, stdout, stderr });
  return { status, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

const stored = (argv: readonly string[], page: Page) => written(page, (io) => answerFromStoredHelp(argv, io, STORED));
const laidOut = (argv: readonly string[], page: Page) => written(page, (io) => run(argv, io));

describe('the help that is stored at build', () => {
  test.each(['', ...NAMES])('is that of the command: %s', async (name) => {
    const words = name === '' ? [] : name.split(' ');
    // The words after `help` are what it is about.
    const options =
      name === 'help'
        ? []
        : [
            [...words, '--help'],
            [...words, '-h'],
          ];
    for (const argv of [...options, ['help', ...words]]) {
      const answer = await stored(argv, PIPE);
      expect(answer).toEqual(await laidOut(argv, PIPE));
      expect(answer).toMatchObject({ status: 0, stdout: expect.stringContaining('Global options:') });
    }
    for (const page of TERMINALS) {
      expect(await stored(['help', ...words], page)).toEqual(await laidOut(['help', ...words], page));
    }
  });

  test('comes with the version', async () => {
    expect(await stored(['--version'], PIPE)).toEqual(await laidOut(['--version'], PIPE));
  });

  test.each([
    [],
    ['backup'],
    ['--help', '--quiet'],
    ['backup', '--help', '--table', 'x'],
    ['backup', '--version'],
    ['nothing', '--help'],
    ['help', 'nothing'],
    ['on', 'demand_create', '--help'],
    ['..', '--help'],
    ['help', '../backup'],
    ['help', '--table'],
    ['help', '--help'],
    ['help', 'backup', '-h'],
  ])('leaves other command lines to the parser: %j %j %j', async (...argv) => {
    expect(await stored(argv, PIPE)).toEqual({ status: undefined, stdout: '', stderr: '' });
  });

  test('leaves terminals of other widths to the parser', async () => {
    expect(await stored(['--help'], { isTTY: true, columns: 100 })).toMatchObject({ status: undefined, stdout: '' });
  });
});
