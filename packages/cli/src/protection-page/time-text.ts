import { count } from '../output/number.ts';
import { html, type Markup } from './markup.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** A time for people, in UTC: `2026-11-29 20:32 UTC`. A text that is no time is shown as it is. */
export function timeText(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A time as an element that programs can read too. */
export function timeElement(time: string): Markup {
  return html`<time datetime="${time}">${timeText(time)}</time>`;
}

/** How long before a report something was: `3 hours before`. */
function ageText(time: string, at: string): string | undefined {
  const seconds = (Date.parse(at) - Date.parse(time)) / 1000;
  if (Number.isNaN(seconds)) return undefined;
  return seconds < 0 ? undefined : `${spanText(seconds)} before`;
}

/** A time with its age at the time of the report. */
export function timeWithAge(time: string, at: string): Markup {
  const age = ageText(time, at);
  return html`${timeElement(time)}${age === undefined ? undefined : html` <span class="age">(${age})</span>`}`;
}

/** A span of time in its largest unit, rounded down: `35 days`. */
function spanText(seconds: number): string {
  if (seconds < MINUTE) return 'less than a minute';
  if (seconds < HOUR) return count(Math.floor(seconds / MINUTE), 'minute');
  if (seconds < 2 * DAY) return count(Math.floor(seconds / HOUR), 'hour');
  if (seconds < 2 * YEAR) return count(Math.floor(seconds / DAY), 'day');
  return count(Math.floor(seconds / YEAR), 'year');
}

/** How long something took: `4.2 seconds`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < MINUTE) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${whole % MINUTE} s`;
  return `${Math.floor(whole / HOUR)} h ${Math.floor((whole % HOUR) / MINUTE)} min`;
}
