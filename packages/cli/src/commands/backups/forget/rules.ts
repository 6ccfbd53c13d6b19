import { type KeepRules, parseSpan } from '@cumulus/dynamodb/backup';
import type { ForgetOptions } from './options.ts';

/** The rules that were given. */
export function rulesOf(chosen: ForgetOptions): KeepRules {
  const within = chosen['keep-within'];
  return {
    last: chosen['keep-last'],
    hourly: chosen['keep-hourly'],
    daily: chosen['keep-daily'],
    weekly: chosen['keep-weekly'],
    monthly: chosen['keep-monthly'],
    yearly: chosen['keep-yearly'],
    within: within === undefined ? undefined : parseSpan(within),
  };
}
