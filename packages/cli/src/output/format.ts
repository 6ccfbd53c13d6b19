import { count } from './number.ts';

export { zonedTime } from '@cumulus/dynamodb/aws';
export { count, number } from './number.ts';

const MEGABYTE = 1_000_000;

/** `312 bytes`, `44.1 MB` */
export function size(bytes: number): string {
  return bytes < MEGABYTE / 10 ? count(bytes, 'byte') : megabytes(bytes);
}

/** `44.1 MB` */
export function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** `1.2 s` */
export function duration(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

/** `12 s`, `3 min 20 s`, `2 h 05 min` */
export function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${twoDigits(Math.floor(whole / 60) % 60)} min`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
