import type { Commands } from './command.ts';
import { HELP, HELP_OPTIONS, VERSION_OPTION } from './help-words.ts';
import { GLOBAL_OPTIONS } from './options/global-options.ts';
import type { Option, OptionDeclarations } from './options/option.ts';

/** What the words of a command line name. */
export interface FoundCommand {
  /** The last command or group that they name; undefined for the whole command line. */
  readonly command: Commands[number] | undefined;
  /** How many of the words it takes to name it, with the options before. */
  readonly length: number;
  /** The word that stands where one of its commands or an option of any command is expected, and is neither. */
  readonly unknown: string | undefined;
}

/** What yargs adds to the options of all commands. */
const OPTIONS_OF_YARGS = [...HELP_OPTIONS, VERSION_OPTION];

/**
 * Finds the command that the words of a command line name. Options may stand before it, and `help`.
 * @param commands without `help`
 */
export function findCommand(words: readonly string[], commands: Commands): FoundCommand {
  const declared = optionsOf(commands);
  let command: Commands[number] | undefined;
  let length = 0;
  for (let at = words[0] === HELP ? 1 : 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('-')) {
      const [, name = ''] = /^--([^=]+)/.exec(word) ?? [];
      if (!Object.hasOwn(declared, name) && !OPTIONS_OF_YARGS.includes(word)) return { command, length, unknown: word };
      if (takesNext(word, words[at + 1], declared[name])) at += 1;
      continue;
    }
    const named = commandsOf(command, commands).find(({ name }) => lastWord(name) === word);
    if (named === undefined) return { command, length, unknown: word };
    command = named;
    length = at + 1;
    if (!('commands' in named)) break;
  }
  return { command, length, unknown: undefined };
}

/** The commands of a group; without one, all. */
export function commandsOf(group: Commands[number] | undefined, commands: Commands): Commands {
  if (group === undefined) return commands;
  return 'commands' in group ? group.commands : [];
}

/** All options of some commands, by their names. */
export function optionsOf(commands: Commands): OptionDeclarations {
  const each = commands.flatMap((command): Commands => ('commands' in command ? command.commands : [command]));
  return Object.assign({}, ...each.map((command) => ('options' in command ? command.options : {})), GLOBAL_OPTIONS);
}

/** `restore` of `pitr restore` */
export function lastWord(name: string): string {
  return name.replace(/^.* /, '');
}

/** Whether the word after an option is its value. */
function takesNext(word: string, next: string | undefined, option: Option<unknown> | undefined): boolean {
  if (word.includes('=')) return false;
  if (option === undefined || option.takes === 'nothing') return next === 'true' || next === 'false';
  return true;
}
