import type { KeepCount } from '@cumulus/dynamodb/backup';
import { UsageError } from '../usage-error.ts';
import { text } from './kinds.ts';
import type { Option } from './option.ts';

/** How many of something stay: `--keep-daily 7`. */
export function keepCount(describe: string): Option<KeepCount | undefined> {
  const option = text({ valueName: 'N', describe: `${describe}, or unlimited` });
  return {
    ...option,
    parse: (value, label) => {
      const given = option.parse(value, label);
      if (given === undefined || given === 'unlimited') return given;
      const number = Number(given);
      if (/^\d+$/.test(given) && number >= 1 && Number.isSafeInteger(number)) return number;
      throw new UsageError(`${label} takes a whole number from 1 on, or unlimited, not "${given}"`);
    },
  };
}

/** Each unit once, and some length: what `parseSpan` reads, which is loaded with the work. */
const SPAN = /^(?=.*[1-9])(?!.*([ymdh]).*\1)(?:\d{1,5}[ymdh])+$/;

/** How long everything stays: `--keep-within 35d`. */
export function keepWithin(describe: string): Option<string | undefined> {
  const option = text({ valueName: 'SPAN', describe });
  return {
    ...option,
    parse: (value, label) => {
      const given = option.parse(value, label);
      if (given === undefined || SPAN.test(given)) return given;
      throw new UsageError(
        `${label} takes years, months, days and hours such as 35d, 1y6m or 2d12h (m: months), not "${given}"`,
      );
    },
  };
}
