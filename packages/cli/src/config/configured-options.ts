import type { Command } from '../command.ts';
import { GLOBAL_OPTIONS } from '../options/global-options.ts';
import { isGiven, type OptionDeclarations, type RawValues } from '../options/option.ts';
import { tableArns } from '../options/table-arn.ts';
import { UsageError } from '../usage-error.ts';
import type { ConfigFile, Section } from './config-file.ts';
import { configuredValue } from './configured-value.ts';

/** What a config file adds to a command line. */
export interface ConfiguredOptions {
  readonly path: string;
  /** Values as the command line would have them. */
  readonly values: RawValues;
  /** Options of the file that are not used, each with the reason. */
  readonly unused: ReadonlyMap<string, string>;
}

/**
 * The options that a config file gives to a command: first those that are for it alone, then those of its group, then those for all. What is
 * typed takes precedence over them, and what the environment says; so does, in the place of each, another option that excludes it.
 * @param typed the values of the command line
 * @throws UsageError if the file has a wrong value for this command
 */
export function configuredOptions(
  file: ConfigFile,
  command: Command,
  typed: RawValues,
  environment: NodeJS.ProcessEnv,
): ConfiguredOptions {
  const declared: OptionDeclarations = { ...GLOBAL_OPTIONS, ...command.options };
  const values: Record<string, unknown> = {};
  const unused = new Map<string, string>();
  for (const [place, section] of sectionsFor(file, command)) {
    const before = { ...typed, ...values };
    for (const [name, value] of Object.entries(section)) {
      const option = Object.hasOwn(declared, name) ? declared[name] : undefined;
      if (option === undefined || option.isPositional === true || option.isTypedOnly === true) continue;
      if (before[name] !== undefined) continue;
      const variable = option.environment?.find((each) => environment[each]);
      const excluding = excludedBy(name, command, before);
      if (variable !== undefined) unused.set(name, `${variable} is set`);
      else if (name === 'region' && tableArns(declared, typed).length > 0) unused.set(name, 'an ARN is given');
      else if (excluding !== undefined) unused.set(name, `--${excluding} is given`);
      else {
        const configured = configuredValue(value, option, `${file.path}: ${place}${name}`, file.path);
        if (configured !== undefined) values[name] = configured;
      }
    }
  }
  for (const name of Object.keys(values)) {
    if (command.appliesIf[name]?.({ ...values, ...typed }) !== false) continue;
    delete values[name];
    unused.set(name, 'it has no use here');
  }
  return { path: file.path, values, unused };
}

/** The sections of a file that are for a command, the most special first, each with what its keys begin with. */
function sectionsFor({ options, commands }: ConfigFile, { name }: Command): readonly (readonly [string, Section])[] {
  const [group = ''] = name.split(' ');
  const names = [...new Set([name, group])].filter((each) => Object.hasOwn(commands, each));
  return [...names.map((each) => [`commands.${each}.`, commands[each] ?? {}] as const), ['', options]];
}

/** The given option with which another does not go. */
function excludedBy(name: string, { alternatives }: Command, given: RawValues): string | undefined {
  return alternatives
    .filter((group) => group.includes(name))
    .flat()
    .find((other) => other !== name && isGiven(given[other]));
}

/** An error of usage with the options that nobody sees on the command line, because they are of a config file. */
export function withConfigured(error: UsageError, configured: ConfiguredOptions | undefined): UsageError {
  const names = Object.keys(configured?.values ?? {}).map((name) => `--${name}`);
  if (configured === undefined || names.length === 0) return error;
  return new UsageError(`${error.message}; ${configured.path} has ${names.join(', ')}`);
}

/** What `--verbose` says of a config file. */
export function describeConfigured({ path, values, unused }: ConfiguredOptions): string {
  const used = Object.keys(values).map((name) => `--${name}`);
  const others = [...unused].map(([name, reason]) => `--${name} is not used: ${reason}`);
  return [`Options of ${path}: ${used.length === 0 ? 'none' : used.join(', ')}`, ...others].join('; ');
}
