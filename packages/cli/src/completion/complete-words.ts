import type { Command, Commands } from '../command.ts';
import { commandsOf, findCommand, lastWord } from '../find-command.ts';
import { GLOBAL_OPTIONS } from '../options/global-options.ts';
import type { Named, Option, OptionDeclarations } from '../options/option.ts';

/** A word that a command line may go on with. */
export interface Candidate {
  readonly value: string;
  readonly describe: string;
}

/** What may stand in the place of the last word of a command line. */
export interface Completions {
  readonly candidates: readonly Candidate[];
  /** Of what the names are that may stand there. */
  readonly names: Named | undefined;
  /** What is typed of the value: all of the last word, or what follows `--option=`. */
  readonly typed: string;
  /** The command at hand. */
  readonly command: Command | undefined;
}

/** What yargs adds to the options of each command. */
const OF_YARGS = [{ value: '--help', describe: 'Show help' }];

/**
 * What a command line may go on with.
 * @param words without the name of the program; the last is the one that is being typed, and may be empty
 */
export function completeWords(words: readonly string[], commands: Commands): Completions {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const { command, length, unknown } = findCommand(before, commands);
  const found = command !== undefined && 'options' in command ? command : undefined;
  const completions = {
    names: undefined,
    candidates: [],
    typed: last,
    command: found !== undefined && 'choose' in found ? found : undefined,
  };
  // What follows the whole name of a command are its arguments, not a command's name.
  if (unknown !== undefined && found === undefined) return completions;
  const declared: OptionDeclarations = { ...found?.options, ...GLOBAL_OPTIONS };
  const given = readWords(before.slice(found === undefined ? 0 : length), declared);
  const [, name = '', typed = ''] = /^--([^=]+)=(.*)$/s.exec(last) ?? [];
  const open = name === '' ? given.open : name;
  if (open !== undefined && (name !== '' || !last.startsWith('-'))) {
    const option = Object.hasOwn(declared, open) ? declared[open] : undefined;
    return option === undefined
      ? completions
      : { ...completions, ...valuesOf(option), typed: name === '' ? last : typed };
  }
  if (last.startsWith('-')) return { ...completions, candidates: optionsFor(declared, found, given.names) };
  if (found === undefined) return { ...completions, candidates: commandsOf(command, commands).map(candidateOf) };
  const positional = positionalAt(declared, given.positionals);
  return positional === undefined ? completions : { ...completions, ...valuesOf(positional) };
}

function candidateOf({ name, describe }: Commands[number]): Candidate {
  return { value: lastWord(name), describe };
}

/** What the words behind a command are. */
interface ReadWords {
  /** The options among them. */
  readonly names: readonly string[];
  /** How many positional arguments there are. */
  readonly positionals: number;
  /** The option whose value comes next. */
  readonly open: string | undefined;
}

function readWords(words: readonly string[], declared: OptionDeclarations): ReadWords {
  const names: string[] = [];
  let positionals = 0;
  let open: string | undefined;
  for (const word of words) {
    if (word.startsWith('-') && word !== '-') {
      const name = word.replace(/^-+|=.*$/gs, '');
      const takes = Object.hasOwn(declared, name) ? declared[name]?.takes : 'nothing';
      names.push(name);
      open = takes === 'nothing' || (word.includes('=') && takes === 'value') ? undefined : name;
    } else if (open === undefined) positionals += 1;
    else if (declared[open]?.takes === 'value') open = undefined;
  }
  return { names, positionals, open };
}

/** The options that can still be given. */
function optionsFor(
  declared: OptionDeclarations,
  command: Commands[number] | undefined,
  given: readonly string[],
): readonly Candidate[] {
  const excluded =
    command !== undefined && 'alternatives' in command
      ? command.alternatives.filter((group) => group.some((name) => given.includes(name))).flat()
      : [];
  const options = Object.entries(declared).filter(
    ([name, { isPositional, takes }]) =>
      isPositional !== true && (given.includes(name) ? takes === 'values' : !excluded.includes(name)),
  );
  return [...options.map(([name, { describe }]) => ({ value: `--${name}`, describe })), ...OF_YARGS];
}

/** The positional argument at a place; the last of several values has all that come after. */
function positionalAt(declared: OptionDeclarations, at: number): Option<unknown> | undefined {
  const positionals = Object.values(declared).filter(({ isPositional }) => isPositional === true);
  const last = positionals.at(-1);
  return positionals[at] ?? (last?.takes === 'values' ? last : undefined);
}

function valuesOf({
  choices,
  suggestions = choices,
  names,
}: Option<unknown>): Pick<Completions, 'candidates' | 'names'> {
  return { candidates: (suggestions ?? []).map((value) => ({ value, describe: '' })), names };
}
