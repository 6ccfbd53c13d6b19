import {
  type Command,
  type CommandGroup,
  completion,
  type DescribedCommand,
  GLOBAL_OPTIONS,
  HELP_DESCRIPTION,
  type Option,
  type OptionDeclarations,
} from '@cumulus/cli';

/** What references say of an option or a positional argument. */
export interface DescribedOption {
  /** As it is typed: `--dry-run`, or of a positional argument `FILE`. */
  readonly label: string;
  /** What its value is called; undefined for a flag, and where its words to choose from are the value. */
  readonly value: string | undefined;
  /** The words to choose from. */
  readonly choices: readonly string[];
  readonly takesSeveral: boolean;
  readonly isRequired: boolean;
  /** What holds where it is not given, if its text does not say so. */
  readonly byDefault: string | undefined;
  readonly meaning: string;
  /** Options that it does not go with, as they are typed. */
  readonly notWith: readonly string[];
  /** Variables of the environment that say the same. */
  readonly environment: readonly string[];
  /** Whether a config file cannot have it. */
  readonly isTypedOnly: boolean;
}

/** What references say of a command. */
export interface CommandPage {
  readonly kind: 'command';
  /** As it is typed: `pitr restore`. */
  readonly name: string;
  readonly summary: string;
  readonly notes: string | undefined;
  readonly synopsis: string;
  readonly positionals: readonly DescribedOption[];
  readonly options: readonly DescribedOption[];
  readonly examples: readonly string[];
  /** Of each of its results in JSON. */
  readonly fields: readonly string[];
}

/** What references say of commands under one word. */
export interface GroupPage {
  readonly kind: 'group';
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandPage[];
}

/** A command line, as its references describe it. */
export interface CommandLine {
  /** In the order of the help. */
  readonly pages: readonly (CommandPage | GroupPage)[];
  readonly globalOptions: readonly DescribedOption[];
}

/** What the parser adds to the options of each command. */
const OF_PARSER: readonly DescribedOption[] = [
  ['--help, -h', 'Show the help of the command'],
  ['--version', 'Show the version'],
].map(([label = '', meaning = '']) => ({
  ...{ label, meaning, value: undefined, choices: [], takesSeveral: false, isRequired: false, byDefault: undefined },
  ...{ notWith: [], environment: [], isTypedOnly: false },
}));

/** All about some commands, and those about the command line itself. */
export function describeCommandLine(commands: readonly (Command | CommandGroup)[]): CommandLine {
  const pages = commands.map((command) => ('commands' in command ? describeGroup(command) : describeCommand(command)));
  return {
    pages: [...pages, describeCommand(completion), describeCommand(HELP_DESCRIPTION)],
    globalOptions: [...describeOptions(GLOBAL_OPTIONS, [['json', 'json-lines']]), ...OF_PARSER],
  };
}

/** Each command, also those of groups, in the order of the help; groups before their commands. */
export function allPages({ pages }: CommandLine): readonly (CommandPage | GroupPage)[] {
  return pages.flatMap((page) => (page.kind === 'group' ? [page, ...page.commands] : [page]));
}

function describeGroup({ name, describe, commands }: CommandGroup): GroupPage {
  return { kind: 'group', name, summary: describe, commands: commands.map(describeCommand) };
}

function describeCommand(command: Command | DescribedCommand): CommandPage {
  const { name, describe: summary, options: declared, examples, notes } = command;
  const alternatives = 'alternatives' in command ? command.alternatives : [];
  const isPositional = ([, option]: readonly [string, Option<unknown>]): boolean => option.isPositional === true;
  const entries = Object.entries(declared);
  const positionals = describeOptions(Object.fromEntries(entries.filter(isPositional)), alternatives, declared);
  const options = describeOptions(
    Object.fromEntries(entries.filter((entry) => !isPositional(entry))),
    alternatives,
    declared,
  );
  return {
    ...{ kind: 'command', name, summary, notes, positionals, options, examples },
    synopsis: synopsisOf(name, positionals, options),
    fields: 'fields' in command ? command.fields : [],
  };
}

function describeOptions(
  declared: OptionDeclarations,
  alternatives: readonly (readonly string[])[],
  all: OptionDeclarations = declared,
): readonly DescribedOption[] {
  return Object.entries(declared).map(([name, option]) => {
    const others = alternatives.filter((group) => group.includes(name)).flat();
    return {
      label: labelOf(name, option),
      value: option.isPositional === true ? undefined : option.valueName,
      choices: option.choices ?? [],
      takesSeveral: option.takes === 'values',
      isRequired: option.isRequired === true,
      byDefault: defaultOf(option),
      meaning: option.describe,
      notWith: [...new Set(others)].filter((other) => other !== name).map((other) => labelOf(other, all[other])),
      environment: option.environment ?? [],
      isTypedOnly: option.isTypedOnly === true,
    };
  });
}

function labelOf(name: string, option: Option<unknown> | undefined): string {
  return option?.isPositional === true ? name.toUpperCase() : `--${name}`;
}

function defaultOf({ default: byDefault, defaultDescription, takes }: Option<unknown>): string | undefined {
  if (takes === 'nothing') return undefined;
  const given = defaultDescription ?? byDefault;
  return typeof given === 'object' ? given.join(' ') : given?.toString().replaceAll('"', '');
}

/** `cumulus-api verify [FILE] [OPTION]...` */
function synopsisOf(
  name: string,
  positionals: readonly DescribedOption[],
  options: readonly DescribedOption[],
): string {
  const places = positionals.map(({ label, isRequired, takesSeveral }) => {
    const place = takesSeveral ? `${label}...` : label;
    return isRequired ? place : `[${place}]`;
  });
  const required = options
    .filter(({ isRequired }) => isRequired)
    .map(({ label, value = 'WORD' }) => `${label} ${value}`);
  return ['cumulus-api', name, ...places, ...required, '[OPTION]...'].join(' ');
}
