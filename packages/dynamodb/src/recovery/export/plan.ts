import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { wholeSecond } from '../../aws/zoned-time.ts';
import { describeTable } from '../../tables/describe.ts';
import { NotProtectedError } from '../errors.ts';
import { describeProtection } from '../protection.ts';
import { checkInstant, latestOfAll, noWindowYet, type TableWindow } from '../restorable-window.ts';
import type { TableExport } from './describe.ts';
import type { ExportDestination } from './destination.ts';
import { findExports, type KnownExports } from './find.ts';

/** How much older than the wanted instant an export under way may be to be continued, in milliseconds. */
const MAX_BEHIND = 24 * 3_600_000;

export interface PlanExportsOptions {
  readonly client: DynamoDBClient;
  /** All of them are exported as they were at the same instant. */
  readonly tables: readonly string[];
  readonly destination: ExportDestination;
  /** The instant, rounded down to the second; the latest that all tables can be exported at unless given. */
  readonly at?: Date | undefined;
  /** Whether `at` was counted from now, so that it moves. Then an export under way, of an earlier instant, is continued. */
  readonly relative?: boolean | undefined;
  /** Whether tables without point-in-time recovery are left out, as long as one has it; they are an error unless given. */
  readonly leaveOutUnprotected?: boolean | undefined;
  readonly abortSignal?: AbortSignal | undefined;
}

/** An export that can be started. */
export interface PlannedExport {
  readonly table: string;
  readonly tableArn: string;
  /** In whole seconds, within the table's window. */
  readonly at: Date;
  /** Of an incremental export, the instant from which on it has the changes, in whole seconds. A full one has none. */
  readonly changesSince?: Date | undefined;
  readonly destination: ExportDestination;
  /** The same export, if an earlier call started it: under way, or completed. */
  readonly started?: TableExport | undefined;
  /** How many exports of the table failed before, so that DynamoDB does not take this for one of them. */
  readonly failures: number;
}

export interface PlannedExports {
  /** The instant of all of them. */
  readonly at: Date;
  readonly exports: readonly PlannedExport[];
  /** The tables that were left out. */
  readonly unprotected: readonly string[];
}

interface ExportCandidate extends TableWindow, KnownExports {
  readonly tableArn: string;
}

/**
 * Finds out whether tables can be exported as they were at one instant; changes nothing. What an earlier call started is
 * found again. Without a time, or with a relative one, that is an export under way to the same destination, of an instant
 * less than a day before; then also what is completed of the same instant.
 * @throws TableNotFoundError; NotProtectedError, TimeOutsideWindowError, which name each table; AccessDeniedError
 * @example
 * ```ts
 * import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { finishExport, parseDestination, planExports, startExport } from '@cumulus/dynamodb/recovery';
 *
 * declare const client: DynamoDBClient;
 * const tables = ['prod-GranulesTable', 'prod-FilesTable'];
 * const destination = parseDestination('s3://my-bucket/exports');
 * const { exports } = await planExports({ client, tables, destination });
 * const started = await Promise.all(exports.map((planned) => startExport(client, planned)));
 * for (const each of started) await finishExport(client, each, { advice: ['Run this script again.'] });
 * ```
 */
export async function planExports(options: PlanExportsOptions): Promise<PlannedExports> {
  const { client, tables, destination, relative = false, leaveOutUnprotected = false, abortSignal } = options;
  const wanted = options.at === undefined ? undefined : wholeSecond(options.at);
  const isFixed = wanted !== undefined && !relative;
  const unprotected: string[] = [];
  const candidates: ExportCandidate[] = [];
  // A table may have many that have ended, and each takes a request of its own.
  const find = (table: string, tableArn: string, ended: boolean): Promise<KnownExports> =>
    findExports({ client, table, tableArn, destination, ended, abortSignal });
  for (const table of tables) {
    const { arn: tableArn } = await describeTable(client, table, abortSignal);
    const { enabled, window } = await describeProtection(client, table, abortSignal);
    if (enabled && window === undefined) throw noWindowYet([{ table }]);
    if (window === undefined) unprotected.push(table);
    else candidates.push({ table, tableArn, window, ...(await find(table, tableArn, isFixed)) });
  }
  if (unprotected.length > 0 && !(leaveOutUnprotected && candidates.length > 0)) throw notProtected(unprotected);
  const underWay = isFixed || candidates.length === 0 ? undefined : latestOf(candidates, wanted);
  const at = underWay?.time === undefined ? (wanted ?? latestOfAll(candidates)) : wholeSecond(underWay.time);
  const exports: PlannedExport[] = [];
  for (const { table, tableArn, failures, ...candidate } of candidates) {
    const known = underWay === undefined ? candidate.exports : (await find(table, tableArn, true)).exports;
    const same = known.find(({ time }) => time !== undefined && wholeSecond(time).getTime() === at.getTime());
    const started = same ?? known.find(({ arn }) => arn === underWay?.arn);
    exports.push({ table, tableArn, at, destination, started, failures });
  }
  // A started export keeps its instant, even if the window has moved on.
  const toStart = candidates.filter((_, index) => exports[index]?.started === undefined);
  checkInstant(at, toStart);
  return { at, exports, unprotected };
}

/**
 * The export under way with the latest instant, which the last call started. It ignores exports from outside their
 * table's window: DynamoDB lists a table's exports even after another table got its name. It also ignores old ones: a
 * caller who wants the present state does not mean last month's.
 * @param wanted the relative instant, later than that of an earlier call; undefined for the latest
 */
function latestOf(tables: readonly ExportCandidate[], wanted: Date | undefined): TableExport | undefined {
  const oldest = (wanted ?? latestOfAll(tables)).getTime() - MAX_BEHIND;
  return tables
    .flatMap(({ exports, window }) => exports.filter(({ time }) => time !== undefined && time >= window.earliest))
    .filter(({ time = 0 }) => Number(time) >= oldest && (wanted === undefined || time <= wanted))
    .reduce<TableExport | undefined>(
      (latest, known) => ((known.time ?? 0) > (latest?.time ?? -1) ? known : latest),
      undefined,
    );
}

function notProtected(tables: readonly string[]): NotProtectedError {
  const names = tables.join(', ');
  return new NotProtectedError(
    tables,
    tables.length === 1
      ? `Table ${names} has no point-in-time recovery, which an export reads from.`
      : `Tables ${names} have no point-in-time recovery, which an export reads from.`,
    [
      'Nothing was exported.',
      'Turn it on: the first export can then be of that moment, not of an earlier one. A backup by reading needs no recovery.',
    ],
  );
}
