import { type Environment, SettingsError } from '../settings.ts';

/** What a base may have at the most unless given otherwise: what a scan reads in much less time than a function has. */
const DEFAULT_MAX_BASE_BYTES = 5_000_000_000;

/** The settings of the function that archives. */
export interface ArchiveSettings {
  readonly stackName: string;
  /** `s3://BUCKET/PREFIX` */
  readonly archive: string;
  /** The names of the tables. */
  readonly tables: readonly string[];
  /** The size in bytes from which on a table gets no base from the function. */
  readonly maxBaseBytes: number;
}

/**
 * The settings of the function that archives, out of its environment.
 * @throws SettingsError that names each variable that is missing or wrong
 */
export function archiveSettingsFromEnvironment(environment: Environment): ArchiveSettings {
  const { stackName = '', ARCHIVE: archive = '', ARCHIVED_TABLES: names = '', MAX_BASE_BYTES: bytes } = environment;
  const problems: string[] = [];
  if (stackName === '') problems.push('stackName is not set');
  if (archive === '') problems.push('ARCHIVE is not set');
  else if (!/^s3:\/\/[^/]+\/[^/]/.test(archive)) problems.push(`ARCHIVE is not s3://BUCKET/PREFIX: ${archive}`);
  const tables = names.split(',').flatMap((name) => name.trim() || []);
  if (tables.length === 0) problems.push('ARCHIVED_TABLES is not set');
  for (const table of tables) {
    if (!/^[\w.-]{3,255}$/.test(table)) problems.push(`ARCHIVED_TABLES names ${table}, which is no table`);
  }
  const maxBaseBytes = bytes ? Number(bytes) : DEFAULT_MAX_BASE_BYTES;
  if (!Number.isSafeInteger(maxBaseBytes) || maxBaseBytes < 0)
    problems.push(`MAX_BASE_BYTES is not a number of bytes: ${bytes}`);
  if (problems.length > 0) throw new SettingsError(`Changes cannot be archived: ${problems.join('; ')}.`);
  return { stackName, archive, tables, maxBaseBytes };
}
