import { bad } from '../http/bad-parameter.ts';

/** ISO 8601: a day, or a time of it. A plus sign that was not encoded comes as a space. */
const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)(Z|[ +-]\d{2}:?\d{2})?)?$/i;

/**
 * A time out of a parameter, in milliseconds since 1970: given so, or by ISO 8601, in UTC unless it says otherwise.
 * @throws HTTPException 400 that names the parameter
 */
export function timeFrom(parameter: string, text: string): number {
  const time = parseTime(text.trim());
  // What JavaScript calls no time has no day either.
  if (time < 0 || Number.isNaN(new Date(time).getTime()))
    throw bad(parameter, `takes a time, by ISO 8601 or in milliseconds since 1970, not "${text}"`);
  return Math.trunc(time);
}

function parseTime(text: string): number {
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
