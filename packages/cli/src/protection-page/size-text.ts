import { count } from '../output/number.ts';

const UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A number of bytes: `312 bytes`, `44.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte');
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  return `${(bytes / 1000 ** step).toFixed(1)} ${UNITS[step - 1]}`;
}
