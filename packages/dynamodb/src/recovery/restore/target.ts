import { TargetExistsError } from '../errors.ts';
import { NOTHING_STARTED } from '../long-work.ts';

/** A table, and the name of the one that is made from it. */
export interface RestorableTable {
  readonly source: string;
  readonly target: string;
}

/** @param expected what the table would have to be, as in `no restore of prod-GranulesTable to a time` */
export function targetExists(target: string, expected: string): TargetExistsError {
  return new TargetExistsError(`Table ${target} exists already, and is ${expected}.`, [
    NOTHING_STARTED,
    'Choose a name that no table has.',
  ]);
}

/** The error of a restore to the name of the very table that was backed up. */
export function sourceExists(source: string, backup: string): TargetExistsError {
  return new TargetExistsError(`Table ${source} still exists: it is the table that backup ${backup} is of.`, [
    NOTHING_STARTED,
    `A restore makes a new table. Choose another name, such as ${source}-restored, and copy back from it what is wanted.`,
  ]);
}
