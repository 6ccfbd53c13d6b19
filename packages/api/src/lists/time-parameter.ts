import { bad } from '../http/bad-parameter.ts';

/** A year or a month by ISO 8601. Nothing here happened in the first seconds of 1970, which such a year would be as a number. */
const YEAR_OR_MONTH = /^(?:19[7-9]\d|20\d\d)$|^\d{4}-\d{2}$/;

/** ISO 8601: a day, or a time of it. A plus sign that was not encoded comes as a space. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[ +-]\d{2}:?\d{2})?)?$/i;

/**
 * A time out of a parameter, in milliseconds since 1970: given so, or by ISO 8601, in UTC unless it says otherwise.
 * @param isLast whether a year, a month or a day is its last time, as it was for Elasticsearch at the end of a range
 * @throws HTTPException 400 that names the parameter
 */
export function timeFrom(parameter: string, text: string, isLast = false): number {
  const time = isLast ? lastTimeOf(text.trim()) : parseTime(text.trim());
  // What JavaScript calls no time has no day either.
  if (time < 0 || Number.isNaN(new Date(time).getTime()))
    throw bad(parameter, `takes a time, by ISO 8601 or in milliseconds since 1970, not "${text}"`);
  return Math.trunc(time);
}

/** Of a year, a month or a day the last time. */
function lastTimeOf(text: string): number {
  const first = parseTime(text);
  const next = new Date(first);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) next.setUTCDate(next.getUTCDate() + 1);
  else if (!YEAR_OR_MONTH.test(text)) return first;
  else if (text.length === 4) next.setUTCFullYear(next.getUTCFullYear() + 1);
  else next.setUTCMonth(next.getUTCMonth() + 1);
  return next.getTime() - 1;
}

function parseTime(text: string): number {
  if (YEAR_OR_MONTH.test(text)) return Date.parse(text);
  if (/^\d+(?:\.\d*)?$/.test(text)) return Number(text);
  const [, day, time = '00:00', zone = 'Z'] = ISO_TIME.exec(text) ?? [];
  // JavaScript takes the 31st of February for the third of March.
  const isDay = day !== undefined && new Date(Date.parse(`${day}T00:00Z`) || 0).toISOString().startsWith(day);
  return !isDay ? Number.NaN : Date.parse(`${day}T${time.replace(',', '.')}${zoneFrom(zone)}`);
}

function zoneFrom(zone: string): string {
  return zone
    .replace(' ', '+')
    .replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
    .toUpperCase();
}
