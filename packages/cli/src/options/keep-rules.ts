import { type KeepCount, type KeepRules, parseSpan } from '@cumulus/dynamodb/backup';

type Rules = { readonly [rule in Exclude<keyof KeepRules, 'within'> as `keep-${rule}`]?: KeepCount | undefined };

/** The rules that were given. */
export function keepRules(chosen: Rules & { readonly 'keep-within'?: string | undefined }): KeepRules {
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
