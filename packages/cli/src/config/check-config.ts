import type { Command, Commands } from '../command.ts';
import { suggest } from '../near-words.ts';
import { GLOBAL_OPTIONS } from '../options/global-options.ts';
import type { Option, OptionDeclarations } from '../options/option.ts';
import { UsageError } from '../usage-error.ts';
import type { ConfigFile, Section } from './config-file.ts';
import { configuredValue } from './configured-value.ts';

/**
 * Checks all of a config file, also what is for other commands than the one at hand.
 * @throws UsageError that names the file and the key
 */
export function checkConfig(file: ConfigFile, commands: Commands): void {
  const all = new Map(commands.flatMap((each) => namesOf(each)));
  const misplaced = Object.keys(file.options).find((name) => all.has(name) && typeof file.options[name] === 'object');
  if (misplaced !== undefined && !Array.isArray(file.options[misplaced]))
    throw new UsageError(`${file.path}: ${misplaced}: options for one command go into commands.${misplaced}`);
  checkSection(file, '', file.options, [...new Set([...all.values()].flat())]);
  for (const [name, section] of Object.entries(file.commands)) {
    const named = all.get(name);
    if (named === undefined)
      throw new UsageError(suggest(`${file.path}: commands.${name}: there is no such command`, name, [...all.keys()]));
    checkSection(file, `commands.${name}.`, section, named);
  }
}

/** The names that a command or group goes by in a config file, each with the commands that it stands for. */
function namesOf(of: Commands[number]): readonly (readonly [string, readonly Command[]])[] {
  if ('print' in of) return [];
  if (!('commands' in of)) return [[of.name, [of]]];
  return [[of.name, of.commands], ...of.commands.map((each) => [each.name, [each]] as const)];
}

function checkSection(file: ConfigFile, place: string, section: Section, of: readonly Command[]): void {
  const declared = [GLOBAL_OPTIONS, ...of.map(({ options }) => options)];
  for (const [name, value] of Object.entries(section)) {
    const key = `${file.path}: ${place}${name}`;
    const options = declared.flatMap((each) => optionOf(each, name));
    if (options.length === 0) {
      const known = declared.flatMap((each) => Object.keys(each).filter((one) => optionOf(each, one).length > 0));
      throw new UsageError(suggest(`${key}: there is no such option`, name, [...new Set(known)]));
    }
    if (options.every(({ isTypedOnly }) => isTypedOnly === true))
      throw new UsageError(`${key} is not taken from a file: --${name} has to be given on the command line each time`);
    // Of commands whose options differ in kind it has to fit one: the command at hand checks it again.
    const problems = options.flatMap((option) => problemWith(value, option, key, file));
    if (problems.length === options.length && problems[0] !== undefined) throw problems[0];
  }
}

function optionOf(declared: OptionDeclarations, name: string): readonly Option<unknown>[] {
  const option = Object.hasOwn(declared, name) ? declared[name] : undefined;
  return option === undefined || option.isPositional === true ? [] : [option];
}

function problemWith(
  value: unknown,
  option: Option<unknown>,
  key: string,
  { path }: ConfigFile,
): readonly UsageError[] {
  try {
    configuredValue(value, option, key, path);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return [error];
    throw error;
  }
}
