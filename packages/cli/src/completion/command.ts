import type { TextCommand } from '../command.ts';
import { oneOf } from '../options/kinds.ts';
import { parseOptions, positional, required } from '../options/option.ts';
import { completionScript, SHELLS } from './shells.ts';

const options = { shell: required(positional(oneOf(SHELLS, { describe: 'The shell: bash, zsh or fish' }))) };

/** `completion bash` prints the script that makes bash complete command lines. */
export const completion: TextCommand = {
  name: 'completion',
  describe: 'Print a completion script for your shell',
  options,
  examples: [
    '# For good, in ~/.bashrc',
    "echo 'source <(cumulus-api completion bash)' >> ~/.bashrc",
    '# In ~/.zshrc',
    "echo 'source <(cumulus-api completion zsh)' >> ~/.zshrc",
    '# For fish',
    'cumulus-api completion fish > ~/.config/fish/completions/cumulus-api.fish',
  ],
  notes:
    'Names of tables and prefixes come from DynamoDB, by the connection that the command line or the config file gives, within two seconds.',
  print: (given) => completionScript(parseOptions(options, given).shell),
};
