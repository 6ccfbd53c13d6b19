import { wholeSecond, zonedTime } from '../aws/zoned-time.ts';
import { TimeOutsideWindowError } from './errors.ts';
import { NOTHING_STARTED } from './long-work.ts';
import type { RestorableWindow } from './protection.ts';

/** How far the latest time that a table can be restored to lags. */
const DELAY = 'about five minutes behind the present';

/** A table, and what it can be restored to. */
export interface TableWindow {
  readonly table: string;
  readonly window: RestorableWindow;
}

/**
 * The last instant that all of the tables can be restored to.
 * @throws TimeOutsideWindowError if there is none that all can: a table was protected only after another's latest
 */
export function latestOfAll(tables: readonly TableWindow[]): Date {
  const latest = wholeSecond(new Date(Math.min(...tables.map(({ window }) => window.latest.getTime()))));
  checkInstant(latest, tables);
  return latest;
}

/**
 * Checks that an instant is within every table's window, to the second.
 * @throws TimeOutsideWindowError, which names each table that it is not, with its window
 */
export function checkInstant(at: Date, tables: readonly TableWindow[]): void {
  const tooNew = tables.filter(({ window }) => window.latest < window.earliest);
  if (tooNew.length > 0) throw noWindowYet(tooNew);
  const outside = tables.filter(({ window }) => at < wholeSecond(window.earliest) || at > window.latest);
  if (outside.length === 0) return;
  const windows = outside.map(
    ({ table, window }) =>
      `${table} can be restored to ${zonedTime(window.earliest)} until ${zonedTime(window.latest)}`,
  );
  const isTooLate = outside.some(({ window }) => at > window.latest);
  throw new TimeOutsideWindowError(
    isTooLate ? 'after' : 'before',
    `The time ${zonedTime(at)} is outside of what can be restored: ${windows.join('; ')}.`,
    [
      NOTHING_STARTED,
      isTooLate
        ? `The end of the window is ${DELAY}: ask for the latest, or again later.`
        : 'What is older is only in backups.',
    ],
  );
}

/** The error of tables that were protected so short a time ago that they have no time to be restored to. */
export function noWindowYet(
  tables: readonly { readonly table: string; readonly window?: RestorableWindow | undefined }[],
): TimeOutsideWindowError {
  const named = tables.map(({ table, window }) =>
    window === undefined ? table : `${table} (protected since ${zonedTime(window.earliest)})`,
  );
  return new TimeOutsideWindowError('no window yet', `There is no time yet to restore to of ${named.join(', ')}.`, [
    NOTHING_STARTED,
    `The latest time that DynamoDB restores to is ${DELAY}: ask again in some minutes.`,
  ]);
}
