import type { ObjectSettings } from '@cumulus/dynamodb/storage';
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
  /** Public keys of age to encrypt to; those that the archive is encrypted to unless given. */
  readonly recipients: readonly string[] | undefined;
  /** How long what is written is locked by S3 Object Lock; the bucket decides unless given. */
  readonly lock: ObjectSettings['lock'];
}

const DAY = 24 * 3_600_000;

/** The most days that Object Lock takes. */
const MAX_LOCK_DAYS = 36_500;

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
  const { RECIPIENTS: recipientNames = '' } = environment;
  const recipients = recipientNames.split(',').flatMap((name) => name.trim() || []);
  recipients.forEach((recipient, index) => {
    // What is given may be a secret key, and is not repeated.
    if (!/^age1[0-9a-z]+$/.test(recipient)) problems.push(`RECIPIENTS: number ${index + 1} is no public key of age`);
  });
  const lock = lockOf(environment, problems);
  if (problems.length > 0) throw new SettingsError(`Changes cannot be archived: ${problems.join('; ')}.`);
  return {
    ...{ stackName, archive, tables, maxBaseBytes, lock },
    recipients: recipients.length === 0 ? undefined : recipients,
  };
}

function lockOf({ LOCK_DAYS: days, LOCK_MODE: mode }: Environment, problems: string[]): ArchiveSettings['lock'] {
  if (mode && mode !== 'governance' && mode !== 'compliance') {
    problems.push(`LOCK_MODE is neither governance nor compliance: ${mode}`);
  }
  if (!days) {
    if (mode) problems.push('LOCK_MODE is set, and LOCK_DAYS is not');
    return undefined;
  }
  const count = Number(days);
  if (!(Number.isSafeInteger(count) && count >= 1 && count <= MAX_LOCK_DAYS)) {
    problems.push(`LOCK_DAYS is not a number of days: ${days}`);
  }
  return { mode: mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE', milliseconds: count * DAY };
}
