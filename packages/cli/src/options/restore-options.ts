import { UsageError } from '../usage-error.ts';
import { onOff, wholeNumber } from './kinds.ts';
import { type OptionValues, typedOnly } from './option.ts';

/** Options of commands that restore into tables: what they may find there. */
export const targetOptions = {
  'create-table': onOff({ describe: 'Create a missing table, with its settings' }),
  overwrite: typedOnly(onOff({ describe: 'Replace items of the same key in a table that has some; asks first' })),
  'skip-existing': onOff({ describe: 'Keep items of the same key in a table that has some' }),
};

/** How fast they write. */
export const writeOptions = {
  concurrency: wholeNumber({ defaultDescription: '8', describe: 'Write requests in progress at once' }),
  'max-write-units': wholeNumber({ describe: 'Limit of write capacity units per second' }),
};

/** @throws UsageError */
export function checkTarget(chosen: Pick<OptionValues<typeof targetOptions>, 'overwrite' | 'skip-existing'>): void {
  if (!chosen.overwrite || !chosen['skip-existing']) return;
  throw new UsageError('--overwrite and --skip-existing do not go together');
}
