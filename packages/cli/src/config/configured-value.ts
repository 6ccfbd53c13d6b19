import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Option } from '../options/option.ts';
import { UsageError } from '../usage-error.ts';

/**
 * A value of a config file, as the command line would have it. Paths are relative to the file's folder, wherever the command is run.
 * @param label what errors call it
 * @returns undefined for what is the same as not given
 * @throws UsageError if it is not of the option's kind
 */
export function configuredValue(value: unknown, option: Option<unknown>, label: string, path: string): unknown {
  const given = typedValue(value, option, label);
  if (given === undefined) return undefined;
  const named = option.names === 'file' || option.names === 'folder' ? fromFolderOf(path, given) : given;
  option.parse(named, label);
  return named;
}

function typedValue(value: unknown, { takes }: Option<unknown>, label: string): unknown {
  if (takes === 'nothing') {
    if (typeof value === 'boolean') return value ? true : undefined;
    throw new UsageError(`${label} takes true or false, not ${JSON.stringify(value)}`);
  }
  if (takes === 'values') return (Array.isArray(value) ? value : [value]).map((each) => textOf(each, label));
  return textOf(value, label);
}

function textOf(value: unknown, label: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw new UsageError(`${label} takes a text or a number, not ${JSON.stringify(value)}`);
}

function fromFolderOf(path: string, given: unknown): unknown {
  if (Array.isArray(given)) return given.map((each) => fromFolderOf(path, each));
  const name = String(given);
  if (name === '' || name === '-' || name.startsWith('s3://') || isAbsolute(name)) return name;
  return relative(process.cwd(), resolve(dirname(path), name)) || '.';
}
