import type { Environment } from '../settings.ts';
import type { LogLevel } from './log.ts';

/** The lowest level that is written; `silent` for none. */
export type LogThreshold = LogLevel | 'silent';

/** By the names that Powertools and pino have for them, of which a line here is never the lowest and the highest. */
const THRESHOLDS = new Map<string, LogThreshold>([
  ['trace', 'debug'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['critical', 'silent'],
  ['fatal', 'silent'],
  ['silent', 'silent'],
]);

/**
 * What is written by `POWERTOOLS_LOG_LEVEL`, or else `LOG_LEVEL`, in capitals or not.
 * @returns undefined where neither is set; `info` for what is no level: a function that answers is worth more than one
 *   that tells of a mistake in its settings
 */
export function logThreshold({
  POWERTOOLS_LOG_LEVEL: powertools,
  LOG_LEVEL: general,
}: Environment): LogThreshold | undefined {
  const name = powertools || general;
  return name ? (THRESHOLDS.get(name.toLowerCase()) ?? 'info') : undefined;
}
