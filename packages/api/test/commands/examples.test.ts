import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Command, type CommandGroup, run } from '@cumulus/cli';
import { exampleLines } from '@cumulus/test-kit/command';
import { describe, expect, test } from '@jest/globals';
import { apiCommands } from '../../src/commands/index.ts';

const FURTHER = apiCommands();

/** Commands that understand and check a command line as these do, and then do nothing. */
function withoutWork(commands: readonly (Command | CommandGroup)[]): readonly (Command | CommandGroup)[] {
  const idle = (command: Command): Command => ({
    ...command,
    choose: (given) => ({ ...command.choose(given), run: async () => [] }),
  });
  return commands.map((each) => ('commands' in each ? { ...each, commands: each.commands.map(idle) } : idle(each)));
}

async function runHere(argv: readonly string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  const status = await run(argv, io, { further: withoutWork(FURTHER) });
  io.stdout.end();
  io.stderr.end();
  return { status, stdout: await text(io.stdout), stderr: await text(io.stderr) };
}

describe('the help of the commands that this package adds', () => {
  const each = FURTHER.flatMap((command) => ('commands' in command ? command.commands : [command]));

  test.each(each)('each example of $name is on a line of its own, and is a command line as it is', async (command) => {
    const { name, examples } = command;
    const { stdout } = await runHere([...name.split(' '), '--help']);
    const shown = stdout.slice(stdout.indexOf('Examples:')).split('\n');
    expect(shown).toEqual(expect.arrayContaining(examples.map((line) => `  ${line}`)));
    const lines = exampleLines(examples);
    expect(lines).not.toHaveLength(0);
    for (const argv of lines) {
      expect(argv.slice(0, name.split(' ').length).join(' ')).toBe(name);
      expect(await runHere(argv)).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });
});

test('what confirms something, or opens a door, is only taken from the command line', () => {
  const each = FURTHER.flatMap((command) => ('commands' in command ? command.commands : [command]));
  const named = each.flatMap(({ options }) => Object.entries(options));
  const confirming = named.filter(([name]) => /^(yes|force.*|remove|no-auth)$/.test(name));
  expect(confirming.map(([name]) => name)).toEqual(expect.arrayContaining(['yes', 'remove', 'no-auth']));
  for (const [, option] of confirming) expect(option.isTypedOnly).toBe(true);
});
