import { hash, randomBytes } from 'node:crypto';
import { isAlive, processHost } from '../../storage/process-host.ts';
import { TABLE_NAMES, type TableName } from '../../tables/definitions.ts';
import { PrefixNotRehearsableError } from '../errors.ts';

/** DynamoDB's limit on a table's name. */
const MAX_TABLE_NAME = 255;

const WORD = '-rehearsal-';

/** The time in UTC, a hash of the machine, the number of the process, and chance: so a name alone says whose it is. */
const OWNER = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{8})([0-9a-f]{8})[0-9a-f]{4}-(\w+)$/;

/** The name of a journal, beside those of the Cumulus tables. */
const JOURNAL = 'Journal';

/** What the names of a rehearsal's tables begin with, taken apart. */
export interface ScratchPrefix {
  /** Such as `prod-rehearsal-20261129T203200Z-1f2e3d4c0000a1b2c3d4`. */
  readonly text: string;
  /** When the rehearsal began, to the second. */
  readonly startedAt: Date;
  /** A hash of the machine that it ran on. */
  readonly host: string;
  readonly pid: number;
}

/** A name that a table of a rehearsal has. */
export interface ScratchName {
  readonly scratchPrefix: ScratchPrefix;
  readonly name: TableName | typeof JOURNAL;
}

/**
 * A new beginning of names for the tables of a rehearsal by this process, which no table has.
 * @param prefix the deployment's
 * @throws PrefixNotRehearsableError for one that is too long, or is itself of a rehearsal
 */
export async function newScratchPrefix(prefix: string, now: Date): Promise<string> {
  if (new RegExp(`${WORD}\\d{8}T\\d{6}Z-[0-9a-f]{20}$`).test(prefix)) {
    throw new PrefixNotRehearsableError(`${prefix} is the prefix of a rehearsal's own tables.`, [
      'Nothing was created.',
      'Name the prefix of the deployment.',
    ]);
  }
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const pid = process.pid.toString(16).padStart(8, '0');
  const text = `${prefix}${WORD}${stamp}-${await ownHost()}${pid}${randomBytes(2).toString('hex')}`;
  const longest = Math.max(...TABLE_NAMES.map((name) => scratchTableName(text, name).length));
  if (longest > MAX_TABLE_NAME) {
    throw new PrefixNotRehearsableError(
      `The prefix ${prefix} is too long for a rehearsal: its tables would have names of ${longest} characters.`,
      [
        `Nothing was created. DynamoDB takes ${MAX_TABLE_NAME}: a prefix has ${prefix.length - longest + MAX_TABLE_NAME}.`,
      ],
    );
  }
  return text;
}

/** The name of the table that another is restored to. */
export function scratchTableName(scratchPrefix: string, name: TableName): string {
  return `${scratchPrefix}-${name}`;
}

/** The name of the table in which a rehearsal notes what it makes. */
export function journalName(scratchPrefix: string): string {
  return `${scratchPrefix}-${JOURNAL}`;
}

/**
 * Takes the name of a table apart that may be a rehearsal's.
 * @param prefix the deployment's, which has to be exactly this one
 * @returns undefined for any other name
 */
export function parseScratchName(prefix: string, table: string): ScratchName | undefined {
  if (!table.startsWith(prefix + WORD)) return undefined;
  const [, year, month, day, hour, minute, second, host = '', pid = '', name = ''] =
    OWNER.exec(table.slice(prefix.length + WORD.length)) ?? [];
  const known = [JOURNAL, ...TABLE_NAMES].find((each) => each === name) as ScratchName['name'] | undefined;
  const startedAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (known === undefined || Number.isNaN(startedAt.getTime())) return undefined;
  const text = table.slice(0, -known.length - 1);
  return { scratchPrefix: { text, startedAt, host, pid: Number.parseInt(pid, 16) }, name: known };
}

/** Whether the process that a name is of is known to be gone: it ran on this machine, and is not there any more. */
export async function isOwnerGone({ host, pid, startedAt }: ScratchPrefix): Promise<boolean> {
  if (host !== (await ownHost())) return false;
  // The time of the name is that of the second's beginning, which may be before that of the process.
  const since = new Date(startedAt.getTime() + 1000).toISOString();
  return !(await isAlive({ host: await processHost(), pid, since }));
}

async function ownHost(): Promise<string> {
  return hash('sha256', await processHost(), 'hex').slice(0, 8);
}
