import { isObject } from '../../aws/is-object.ts';

/** Distinguishes a rehearsal's report from any other JSON file. */
const REPORT_FORMAT = 'cumulus-rehearsal';

/** Raised when a reader of the former version would misunderstand the new one. */
const REPORT_VERSION = 1;

/** What a rehearsal restores from: backup files, point-in-time recovery, on-demand backups, or an archive of changes. */
export type RehearsalSource = 'backup' | 'pitr' | 'on-demand' | 'archive';

/**
 * What came of a rehearsal, or of one of its tables:
 * - `proved`: it was restored, and is by value what it must be.
 * - `restored`: it was restored, but what it must be is not known, so that it could not be proved.
 * - `failed`: it was not restored, or is not what it must be.
 */
export type RehearsalOutcome = 'proved' | 'restored' | 'failed';

/** What a rehearsal did and found. Times are ISO 8601, in UTC. */
export interface RehearsalReport {
  readonly format: typeof REPORT_FORMAT;
  readonly formatVersion: typeof REPORT_VERSION;
  /** The deployment's. */
  readonly prefix: string;
  readonly region: string;
  readonly from: RehearsalSource;
  /** What the names of the tables began with that the rehearsal made. */
  readonly scratchPrefix: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /** The worst of its tables. */
  readonly outcome: RehearsalOutcome;
  readonly tables: readonly RehearsedTable[];
  readonly wholeDeployment: DeploymentEstimate;
  /** The tables that it made and removed, the journal's included. */
  readonly removed: readonly string[];
  /** Those that it made and could not remove; the next rehearsal of the prefix removes them. */
  readonly notRemoved: readonly string[];
  /** Tables of earlier rehearsals, whose process had died, that it removed. */
  readonly removedFromEarlier: readonly string[];
}

/** A table that was rehearsed. */
export interface RehearsedTable {
  readonly table: string;
  /** A file, an instant, the ARN of a backup, or an archive and the second; empty where there was nothing to restore from. */
  readonly source: string;
  /** The instant that the items are of; of a backup file, its start. Empty where it is not known. */
  readonly sourceTime: string;
  readonly scratchTable: string;
  /** The items that came back; null where nothing did. */
  readonly items: number | null;
  /** The source's size: the file's as it is stored, the backup's, or the table's by DynamoDB's estimate. */
  readonly bytes: number | null;
  /** From the request for the table to its last item; null where it did not come so far. */
  readonly restoreSeconds: number | null;
  readonly proveSeconds: number | null;
  readonly outcome: RehearsalOutcome;
  readonly proof: RehearsalProof | null;
  /** Why it failed. */
  readonly failure: string | null;
  /** What a person should not overlook, such as why a table could not be proved. */
  readonly warning: string | null;
}

/** What the comparison of a restored table with what it must be has counted: `compared` is the sum of the others. */
export interface RehearsalProof {
  readonly compared: number;
  readonly same: number;
  /** In both, with other values. */
  readonly changed: number;
  /** Not restored. */
  readonly missing: number;
  /** Restored, and must not be there. */
  readonly extra: number;
  /** Different from the live table, for a change since the source's time, or because its time to live has passed. */
  readonly explained: number;
}

/** How long the restore of the whole deployment would take. */
export interface DeploymentEstimate {
  /** Null where it cannot be said. */
  readonly estimatedSeconds: number | null;
  /** How that was worked out, or why it cannot be said. */
  readonly basis: string;
}

/** A report without what is the same in each. */
export function rehearsalReport(report: Omit<RehearsalReport, 'format' | 'formatVersion'>): RehearsalReport {
  return { format: REPORT_FORMAT, formatVersion: REPORT_VERSION, ...report };
}

/**
 * A report's text, as it is stored.
 * @example
 * ```ts
 * import { formatRehearsal, type RehearsalReport } from '@cumulus/dynamodb/rehearsal';
 *
 * declare const report: RehearsalReport;
 * console.log(formatRehearsal(report));
 * ```
 */
export function formatRehearsal(report: RehearsalReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report that a text holds, or why it holds none, in words. */
export function parseRehearsal(text: string): RehearsalReport | { readonly problem: string } {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    return { problem: `It is not JSON: ${(error as Error).message}.` };
  }
  if (!isObject(report) || report['format'] !== REPORT_FORMAT) return { problem: 'It is no report of a rehearsal.' };
  if (report['formatVersion'] !== REPORT_VERSION) {
    return { problem: `It has the format version ${report['formatVersion']}, not ${REPORT_VERSION}.` };
  }
  const lacking = lackingField(report as Partial<RehearsalReport>);
  return lacking === undefined ? (report as unknown as RehearsalReport) : { problem: `It lacks ${lacking}.` };
}

function lackingField(report: Partial<RehearsalReport>): string | undefined {
  const { prefix, from, startedAt, endedAt, seconds, outcome, tables } = report;
  if (typeof prefix !== 'string') return 'prefix';
  if (from === undefined || !['backup', 'pitr', 'on-demand', 'archive'].includes(from)) return 'from';
  if (Number.isNaN(Date.parse(startedAt ?? ''))) return 'startedAt, a time';
  if (Number.isNaN(Date.parse(endedAt ?? ''))) return 'endedAt, a time';
  if (typeof seconds !== 'number') return 'seconds';
  if (!isOutcome(outcome)) return 'outcome';
  const isWhole = Array.isArray(tables) && tables.every((table) => isObject(table) && isOutcome(table['outcome']));
  return isWhole ? undefined : 'tables, each with its outcome';
}

function isOutcome(value: unknown): value is RehearsalOutcome {
  return value === 'proved' || value === 'restored' || value === 'failed';
}
