import { openStorage, type S3Access } from '../../storage/open-storage.ts';
import { formatRehearsal, parseRehearsal, type RehearsalReport } from './report.ts';

const SUFFIX = '.rehearsal.json';

/** The most that a report may have, in bytes. */
const MAX_BYTES = 8_000_000;

/** A report that was stored. */
export interface StoredRehearsal {
  /** Its path or URL. */
  readonly file: string;
  readonly report: RehearsalReport;
}

/** What is stored of the rehearsals of a deployment. */
export interface StoredRehearsals {
  /** Newest first. */
  readonly rehearsals: readonly StoredRehearsal[];
  /** Files by the name of a report that cannot be read as one, and why. */
  readonly problems: readonly { readonly file: string; readonly problem: string }[];
}

export interface ReadRehearsalsOptions {
  /** The deployment's. */
  readonly prefix: string;
  /** How many to read, from the newest on; all unless given. */
  readonly newest?: number | undefined;
  /** How to ask S3, if they are there; with the usual settings unless given. */
  readonly s3?: S3Access | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Reads the reports of a deployment's rehearsals, which are stored beside its backups.
 * @param location a folder's path, or `s3://BUCKET/PREFIX`; one that does not exist has none
 * @throws FileError, StorageError, AccessDeniedError, ConnectionError
 * @example
 * ```ts
 * import { readRehearsals } from '@cumulus/dynamodb/rehearsal';
 *
 * const { rehearsals } = await readRehearsals('backups', { prefix: 'prod', newest: 1 });
 * console.log(rehearsals[0]?.report.outcome); // proved
 * ```
 */
export async function readRehearsals(
  location: string,
  { prefix, newest = Number.POSITIVE_INFINITY, s3, abortSignal }: ReadRehearsalsOptions,
): Promise<StoredRehearsals> {
  const storage = await openStorage(location, { s3, abortSignal });
  const names = ((await storage.list(`${prefix}.`)) ?? []).filter((name) => prefixOfReport(name) === prefix);
  const rehearsals: StoredRehearsal[] = [];
  const problems: { file: string; problem: string }[] = [];
  for (const name of names.toReversed()) {
    if (rehearsals.length >= newest) break;
    const content = await storage.read(name, { maxBytes: MAX_BYTES });
    if (content === undefined) continue;
    const file = storage.pathOf(name);
    const parsed = parseRehearsal(content.toString('utf8'));
    if ('problem' in parsed) problems.push({ file, problem: parsed.problem });
    else if (parsed.prefix !== prefix) problems.push({ file, problem: `It is of the prefix ${parsed.prefix}.` });
    else rehearsals.push({ file, report: parsed });
  }
  return { rehearsals, problems };
}

/**
 * Stores a report beside the backups, for its owner alone: `PREFIX.20261129T203200Z.rehearsal.json`.
 * @param location a folder's path, or `s3://BUCKET/PREFIX`
 * @returns its path or URL
 * @throws FileError, StorageError, AccessDeniedError, ConnectionError
 * @example
 * ```ts
 * import { type RehearsalReport, storeRehearsal } from '@cumulus/dynamodb/rehearsal';
 *
 * declare const report: RehearsalReport;
 * const file = await storeRehearsal('backups', report); // backups/prod.20261129T203200Z.rehearsal.json
 * ```
 */
export async function storeRehearsal(
  location: string,
  report: RehearsalReport,
  { s3 }: Pick<ReadRehearsalsOptions, 's3'> = {},
): Promise<string> {
  const storage = await openStorage(location, { s3 });
  await storage.prepare();
  const stamp = report.startedAt.replace(/[-:]|\.\d+/g, '');
  const name = `${report.prefix}.${stamp}${SUFFIX}`;
  await storage.write(name, formatRehearsal(report));
  return storage.pathOf(name);
}

/** The prefix of the deployment whose report has this name; undefined if it is no report's. */
function prefixOfReport(name: string): string | undefined {
  return /^(.+)\.\d{8}T\d{6}Z\.rehearsal\.json$/.exec(name)?.[1];
}
