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
