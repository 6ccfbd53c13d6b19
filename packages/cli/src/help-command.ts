import type { Commands, DescribedCommand, TextCommand } from './command.ts';
import { HELP } from './help-words.ts';
import { texts } from './options/kinds.ts';
import { parseOptions, positional } from './options/option.ts';
import { type ParseSettings, parse } from './parse.ts';

const options = { command: positional(texts({ valueName: 'WORD', describe: 'The command, such as pitr restore' })) };

/** What help says of itself. */
export const HELP_DESCRIPTION: DescribedCommand = {
  name: HELP,
  describe: 'Show the help of a command',
  options,
  examples: ['cumulus-api help backup', 'cumulus-api help pitr restore'],
  notes: undefined,
};

/** `help pitr restore` is `pitr restore --help`. */
export function helpCommand(commands: Commands, settings: ParseSettings): TextCommand {
  const help: TextCommand = {
    ...HELP_DESCRIPTION,
    print: (given) => {
      const { command = [] } = parseOptions(options, given);
      return parse([...command, '--help'], [...commands, help], settings) as string;
    },
  };
  return help;
}
