import type { Commands, TextCommand } from './command.ts';
import { HELP } from './find-command.ts';
import { texts } from './options/kinds.ts';
import { parseOptions, positional } from './options/option.ts';
import { type ParseSettings, parse } from './parse.ts';

const options = { command: positional(texts({ describe: 'The command, such as pitr restore' })) };

/** `help pitr restore` is `pitr restore --help`. */
export function helpCommand(commands: Commands, settings: ParseSettings): TextCommand {
  const help: TextCommand = {
    name: HELP,
    describe: 'Show the help of a command',
    options,
    examples: ['cumulus-api help backup', 'cumulus-api help pitr restore'],
    notes: undefined,
    print: (given) => {
      const { command = [] } = parseOptions(options, given);
      return parse([...command, '--help'], [...commands, help], settings) as string;
    },
  };
  return help;
}
