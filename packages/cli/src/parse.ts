import yargs, { type Argv, type Options } from 'yargs';
import type { ChosenCommand, Command, Commands } from './command.ts';
import { checkConfig } from './config/check-config.ts';
import type { ConfigChoice, ConfigFile } from './config/config-file.ts';
import { type ConfiguredOptions, configuredOptions } from './config/configured-options.ts';
import { commandsOf, findCommand, lastWord, optionsOf } from './find-command.ts';
import { type HelpPage, layOutHelp } from './help-page.ts';
import { alternatives, suggest } from './near-words.ts';
import { GLOBAL_OPTIONS } from './options/global-options.ts';
import { labelOf, type Option, type OptionDeclarations, type RawValues } from './options/option.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What a command line is understood by, besides its words. */
export interface ParseSettings {
  /** How help is laid out. */
  readonly page: HelpPage;
  /** Finds the config file, by what the command line says of it. */
  readonly findConfig: (chosen: ConfigChoice) => ConfigFile | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes what a config file adds, before all is checked. */
  readonly onConfigured: (configured: ConfiguredOptions) => void;
}

/** Errors of yargs in other words; its types leave out that a text may have a plural. */
const WORDS = {
  'Not enough arguments following: %s': '--%s takes a value',
  'Not enough non-option arguments: got %s, need at least %s': {
    one: 'Not enough arguments: %s given, at least %s needed',
    other: 'Not enough arguments: %s given, at least %s needed',
  },
  'Missing required argument: %s': { one: 'The option --%s is missing', other: 'These options are missing: %s' },
} as unknown as Record<string, string>;

/**
 * Understands a command line.
 * @param commands in the order of the help
 * @returns the command with its options; or the text to print, of `--help`, `--version` or of a command about the command line
 * @throws UsageError
 */
export function parse(argv: readonly string[], commands: Commands, settings: ParseSettings): ChosenCommand | string {
  const { command, unknown } = findCommand(argv, commands);
  if (unknown !== undefined) throw unknownWord(unknown, command, commands);
  const { page } = settings;
  let chosen: ChosenCommand | string | undefined;
  let printed = '';
  const add: AddCommand = {
    argv,
    choose: (of) => {
      chosen = of;
    },
    configure: (of, typed) => {
      const file = settings.findConfig(typed);
      if (file === undefined) return undefined;
      checkConfig(file, commands);
      const configured = configuredOptions(file, of, typed, settings.environment);
      settings.onConfigured(configured);
      return configured.values;
    },
  };
  const parser = yargs()
    .scriptName('cumulus-api')
    .usage(
      '$0 <command>\n\nBack up, restore, verify and recover the DynamoDB tables that hold the metadata of Cumulus.',
    )
    // English only: no look at the environment for a language, and no file of translations.
    .locale('en')
    .updateStrings(WORDS)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      // Each option checks its own value, and says what was wrong with the text that was given.
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .options(yargsOptions(GLOBAL_OPTIONS))
    .group([...Object.keys(GLOBAL_OPTIONS), 'help', 'version'], 'Global options:');
  for (const each of commands) {
    addCommand(parser, each, add);
  }
  parser
    .demandCommand(1, `Name a command: ${commands.map(({ name }) => name).join(', ')}`)
    .strict()
    .help()
    .alias('help', 'h')
    .version(VERSION)
    .epilogue('Credentials, region and endpoint come from the usual places of AWS unless given.')
    .wrap(page.columns)
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof UsageError ? error : new UsageError((message ?? error.message).replaceAll(/\n\s*/g, ' '));
    })
    .parse([...argv], {}, (_error, _options, output) => {
      printed = output;
    });
  if (chosen !== undefined) return chosen;
  return printed === VERSION ? printed : layOutHelp(printed, command, page);
}

/** What is done with a command once its options were read. */
interface AddCommand {
  readonly argv: readonly string[];
  readonly choose: (chosen: ChosenCommand | string) => void;
  /** Finds what a config file adds to the options that were typed. */
  readonly configure: (command: Command, typed: RawValues) => RawValues | undefined;
}

function addCommand(parser: Argv, command: Commands[number], add: AddCommand): void {
  const { name, describe } = command;
  if ('commands' in command) {
    const names = command.commands.map((each) => lastWord(each.name));
    parser.command(name, describe, (inner) => {
      for (const each of command.commands) addCommand(inner, each, add);
      return inner.demandCommand(1, `Name a command of ${name}: ${alternatives(names)}`);
    });
    return;
  }
  const { options, notes } = command;
  const positionals = Object.entries(options).filter(([, { isPositional }]) => isPositional === true);
  const others = Object.entries(options).filter(([, { isPositional }]) => isPositional !== true);
  let isRead = false;
  parser.command(
    [lastWord(name), ...positionals.map(([of, option]) => placeOf(of, option))].join(' '),
    describe,
    (inner) => {
      for (const [of, { describe: text, isRequired = false, takes }] of positionals) {
        inner.positional(of, { type: 'string', demandOption: isRequired, describe: text });
        // Without a number of arguments yargs takes a - for no value at all.
        if (takes === 'value') inner.nargs(of, 1);
      }
      inner.options(yargsOptions(Object.fromEntries(others)));
      // Before yargs says what is missing: that may have been mistyped, or be in a config file.
      inner.middleware((typed) => {
        // For a command of a group yargs calls it once more, for the group.
        if (isRead) return;
        isRead = true;
        Object.assign(typed, textsOfSwitches(add.argv, options));
        const configured = 'choose' in command ? add.configure(command, typed) : undefined;
        checkNames(typed, options);
        Object.assign(typed, configured);
      }, true);
      return notes === undefined ? inner : inner.epilogue(notes);
    },
    (given) => add.choose('print' in command ? command.print(given) : command.choose(given)),
  );
}

/** @param of the group, if there is one, of whose commands the word is none */
function unknownWord(word: string, of: Commands[number] | undefined, commands: Commands): UsageError {
  if (word.startsWith('-')) return unknownOption(word, optionsOf(commands));
  const known = commandsOf(of, commands).map(({ name }) => lastWord(name));
  const message =
    of === undefined ? `There is no command ${word}` : `${of.name} takes ${alternatives(known)}, not "${word}"`;
  return new UsageError(suggest(message, word, known));
}

/** What yargs puts among the options by itself. */
const OF_YARGS = ['_', '$0', 'help', 'h', 'version'];

/** @throws UsageError if an option is none of the command's, or has a value that is none of its choices */
function checkNames(given: RawValues, options: OptionDeclarations): void {
  const declared: OptionDeclarations = { ...GLOBAL_OPTIONS, ...options };
  for (const [name, value] of Object.entries(given)) {
    if (OF_YARGS.includes(name)) continue;
    if (!Object.hasOwn(declared, name)) throw unknownOption(`${name.length === 1 ? '-' : '--'}${name}`, declared);
    if (declared[name]?.choices !== undefined) declared[name].parse(value, labelOf(name, declared[name]));
  }
}

/** What was typed as the value of options that take none but `true` and `false`: yargs takes all else for `false`. */
function textsOfSwitches(argv: readonly string[], options: OptionDeclarations): RawValues {
  const declared: OptionDeclarations = { ...GLOBAL_OPTIONS, ...options };
  const words = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const texts = words.flatMap((word) => {
    const [, name = '', value = ''] = /^--([^=]+)=(.*)$/s.exec(word) ?? [];
    const isSwitch = Object.hasOwn(declared, name) && declared[name]?.takes === 'nothing';
    return isSwitch && value !== 'true' && value !== 'false' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(texts);
}

function unknownOption(word: string, declared: OptionDeclarations): UsageError {
  const given = word.replace(/=.*$/, '');
  const known = Object.keys(declared).filter((name) => declared[name]?.isPositional !== true);
  return new UsageError(suggest(`There is no option ${given}`, given.replace(/^-+/, ''), known, (name) => `--${name}`));
}

/** `<file>`, `[file]`, `<name..>` */
function placeOf(name: string, { isRequired, takes }: Option<unknown>): string {
  const inside = takes === 'values' ? `${name}..` : name;
  return isRequired === true ? `<${inside}>` : `[${inside}]`;
}

function yargsOptions(declared: Readonly<Record<string, Option<unknown>>>): Record<string, Options> {
  return Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, yargsOption(option)]));
}

function yargsOption({
  describe,
  takes,
  isRequired,
  choices,
  default: byDefault,
  defaultDescription,
}: Option<unknown>): Options {
  const settings: Options = {
    describe,
    requiresArg: takes !== 'nothing',
    demandOption: isRequired ?? false,
    choices,
    // Not yargs' own default: a value that was typed could not be distinguished from it.
    defaultDescription: defaultDescription ?? JSON.stringify(byDefault),
  };
  if (takes === 'nothing') settings.type = 'boolean';
  if (takes === 'values') Object.assign(settings, { type: 'array', string: true });
  return settings;
}
