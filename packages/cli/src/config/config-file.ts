import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { lilconfigSync } from 'lilconfig';
import { UsageError } from '../usage-error.ts';

const FILE_NAME = 'cumulus-api.config.json';

/** The section of package.json. */
const SECTION = 'cumulus';

/** Options by their names, as a config file has them. */
export type Section = Readonly<Record<string, unknown>>;

/** Options that need not be typed each time. */
export interface ConfigFile {
  readonly path: string;
  /** For all commands that have them. */
  readonly options: Section;
  /** For one command, or all of a group, by its name: `pitr`, `pitr restore`. */
  readonly commands: Readonly<Record<string, Section>>;
}

/** What of the command line chooses a config file. */
export interface ConfigChoice {
  readonly config?: unknown;
  readonly 'no-config'?: unknown;
}

/**
 * The config file that holds in a folder: `cumulus-api.config.json` or the section `cumulus` of package.json, in the folder or the
 * nearest of those above that has one, up to the user's own.
 * @throws UsageError if it cannot be read, or is none
 */
export function findConfigFile(folder: string | undefined, chosen: ConfigChoice): ConfigFile | undefined {
  if (chosen['no-config'] === true) return undefined;
  if (typeof chosen.config === 'string') return readConfigFile(chosen.config);
  if (folder === undefined) return undefined;
  const explorer = lilconfigSync('cumulus-api', {
    searchPlaces: [FILE_NAME, 'package.json'],
    packageProp: SECTION,
    loaders: { '.json': parseJson },
    ignoreEmptySearchPlaces: false,
    cache: false,
  });
  const found = explain(() => explorer.search(folder));
  if (found === null || found === undefined) return undefined;
  if (isWritableByAll(dirname(found.filepath)))
    throw new UsageError(
      `${found.filepath} is in a folder that everybody may write to, so it is not taken unless named by --config; --no-config goes without it`,
    );
  return configFile(found.filepath, found.config);
}

function readConfigFile(path: string): ConfigFile {
  const content = explain(() => readFileSync(path, 'utf8'));
  const parsed = parseJson(path, content);
  return configFile(path, /(^|[\\/])package\.json$/.test(path) ? parsed[SECTION] : parsed);
}

/** @throws UsageError unless it is an object of JSON */
function parseJson(path: string, content: string): Section {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(
      `${path} is no JSON: ${(error as Error).message.replace(/\s+/g, ' ')}; --no-config goes without it`,
    );
  }
  if (isSection(value)) return value;
  throw new UsageError(`${path} takes an object of JSON`);
}

function configFile(path: string, content: unknown): ConfigFile {
  if (content === undefined) throw new UsageError(`${path} has no options: it takes an object of JSON`);
  if (!isSection(content)) throw new UsageError(`${path}: ${SECTION} takes an object of options`);
  const { commands = {}, ...options } = content;
  if (!isSection(commands))
    throw new UsageError(`${path}: commands takes an object with options by the names of commands`);
  for (const [name, section] of Object.entries(commands))
    if (!isSection(section)) throw new UsageError(`${path}: commands.${name} takes an object of options`);
  return { path, options, commands: commands as ConfigFile['commands'] };
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Somebody else could put a file there that sends data elsewhere, as in /tmp. */
function isWritableByAll(folder: string): boolean {
  return process.platform !== 'win32' && (statSync(folder).mode & 0o002) !== 0;
}

/** Does something with files, and throws what the system says as a UsageError. */
function explain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The config file cannot be read: ${(error as Error).message}; --no-config goes without it`);
  }
}
