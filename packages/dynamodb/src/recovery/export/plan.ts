import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describeTable } from '../../tables/describe.ts';
import { NotProtectedError } from '../errors.ts';
import { describeProtection } from '../protection.ts';
import { checkInstant, latestOfAll, type TableWindow } from '../restorable-window.ts';
import { wholeSecond } from '../zoned-time.ts';
import { type ExportDestination, findExports, type KnownExports, type TableExport } from './export-table.ts';

/** How much older than what is asked for an export under way may be to be gone on with, in milliseconds. */
const MAX_BEHIND = 24 * 3_600_000;

export interface PlanExportsOptions {
  readonly client: DynamoDBClient;
  /** All of them are exported as they were at the same instant. */
  readonly tables: readonly string[];
  readonly destination: ExportDestination;
  /** The instant, taken to the second; the latest that all tables can be exported at unless given. */
  readonly at?: Date | undefined;
  /** Whether the instant was told from now: then an export under way, of an earlier instant, is gone on with. */
  readonly relative?: boolean | undefined;
  /** Whether tables without point-in-time recovery are left out, as long as one has it; else they are an error. */
  readonly leaveOutUnprotected: boolean;
  readonly abortSignal?: AbortSignal | undefined;
}

/** An export that nothing stands against. */
export interface PlannedExport {
  readonly table: string;
  readonly tableArn: string;
  /** The same that an earlier run began, under way or ended. */
  readonly started?: TableExport | undefined;
  readonly failures: number;
}

export interface PlannedExports {
  /** The instant of all of them. */
  readonly at: Date;
  readonly destination: ExportDestination;
  readonly exports: readonly PlannedExport[];
  /** The tables that were left out. */
  readonly unprotected: readonly string[];
}

interface LookedAt extends TableWindow, KnownExports {
  readonly tableArn: string;
}

/**
 * Finds out whether tables can be exported as they were at one instant; changes nothing. What an earlier run began is
 * found again: without a time, or with one told from now, exports under way to the same destination of an instant less than
 * a day before, and then what has ended of the same instant.
 * @throws TableNotFoundError; NotProtectedError, TimeOutsideWindowError, which name each table; AccessDeniedError
 */
export async function planExports(options: PlanExportsOptions): Promise<PlannedExports> {
  const { client, tables, destination, relative = false, leaveOutUnprotected, abortSignal } = options;
  const wanted = options.at === undefined ? undefined : wholeSecond(options.at);
  const isFixed = wanted !== undefined && !relative;
  const unprotected: string[] = [];
  const looked: LookedAt[] = [];
  // A table may have many that have ended, each of which has to be asked for by itself.
  const find = (known: Pick<LookedAt, 'table' | 'tableArn'>, ended: boolean): Promise<KnownExports> =>
    findExports({ client, ...known, destination, ended, abortSignal });
  for (const table of tables) {
    const { arn: tableArn } = await describeTable(client, table, abortSignal);
    const { window } = await describeProtection(client, table, abortSignal);
    if (window === undefined) {
      unprotected.push(table);
    } else {
      looked.push({ table, tableArn, window, ...(await find({ table, tableArn }, isFixed)) });
    }
  }
  if (unprotected.length > 0 && !(leaveOutUnprotected && looked.length > 0)) throw notProtected(unprotected);
  const started = isFixed || looked.length === 0 ? undefined : latestOf(looked, wanted);
  const at = started?.time === undefined ? (wanted ?? latestOfAll(looked)) : wholeSecond(started.time);
  const exports: (PlannedExport & TableWindow)[] = [];
  for (const { table, tableArn, window, exports: underWay, failures } of looked) {
    const known = started === undefined ? underWay : (await find({ table, tableArn }, true)).exports;
    const same = known.find(({ time }) => time !== undefined && wholeSecond(time).getTime() === at.getTime());
    exports.push({ table, tableArn, window, failures, started: same ?? known.find(({ arn }) => arn === started?.arn) });
  }
  // One that was begun is of its instant, also when the window has moved on.
  checkInstant(
    at,
    exports.filter((planned) => planned.started === undefined),
  );
  return { at, destination, exports, unprotected };
}

/**
 * Of the exports that were found under way the one of the latest instant, which is that of the last run. None of an
 * instant that its table cannot be restored to: DynamoDB tells of a table's exports also after another one of its name was
 * made. None of long before: whoever asks for the state of now does not mean what was asked for as that of last month.
 * @param wanted an earlier run of what is told from now was of an earlier instant; undefined for the latest instant
 */
function latestOf(tables: readonly LookedAt[], wanted: Date | undefined): TableExport | undefined {
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
    tables.length === 1
      ? `Table ${names} has no point-in-time recovery, which an export reads from.`
      : `Tables ${names} have no point-in-time recovery, which an export reads from.`,
    [
      'Nothing was exported.',
      `Turn it on by: cumulus-api pitr enable --table ${tables.join(' ')}`,
      'Its first export can then be of that moment, not of an earlier one; cumulus-api backup needs no recovery.',
    ],
  );
}
