/** Writes a time, in milliseconds since 1970. */
export type TimeFormat = (time: number) => string;

/** Formats that have a name in Elasticsearch, also with `strict_` before it. */
const NAMED: { readonly [name: string]: string } = {
  basic_date: 'yyyyMMdd',
  basic_date_time: "yyyyMMdd'T'HHmmss.SSSXX",
  basic_date_time_no_millis: "yyyyMMdd'T'HHmmssXX",
  date: 'yyyy-MM-dd',
  date_hour: "yyyy-MM-dd'T'HH",
  date_hour_minute: "yyyy-MM-dd'T'HH:mm",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  date_optional_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  hour: 'HH',
  hour_minute: 'HH:mm',
  hour_minute_second: 'HH:mm:ss',
  year: 'yyyy',
  year_month: 'yyyy-MM',
  year_month_day: 'yyyy-MM-dd',
};

const MILLISECONDS_OF_SECOND = 1_000;
const MILLISECONDS_OF_DAY = 86_400_000;
const HOURS_OF_HALF_DAY = 12;

/** A letter's value, from how often it is repeated. */
type Letter = (date: Date, count: number) => string;

const LETTERS: { readonly [letter: string]: Letter } = {
  y: year,
  Y: year,
  u: year,
  M: (date, count) =>
    count > 2 ? named(date, { month: count === 3 ? 'short' : 'long' }) : padded(date.getUTCMonth() + 1, count),
  d: (date, count) => padded(date.getUTCDate(), count),
  D: (date, count) =>
    padded(Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / MILLISECONDS_OF_DAY) + 1, count),
  E: (date, count) => named(date, { weekday: count > 3 ? 'long' : 'short' }),
  a: (date) => (date.getUTCHours() < HOURS_OF_HALF_DAY ? 'AM' : 'PM'),
  H: (date, count) => padded(date.getUTCHours(), count),
  h: (date, count) => padded(date.getUTCHours() % HOURS_OF_HALF_DAY || HOURS_OF_HALF_DAY, count),
  m: (date, count) => padded(date.getUTCMinutes(), count),
  s: (date, count) => padded(date.getUTCSeconds(), count),
  S: (date, count) => padded(date.getUTCMilliseconds(), 3).padEnd(count, '0').slice(0, count),
  Z: (_date, count) => (count > 1 ? '+00:00' : '+0000'),
  X: () => 'Z',
  z: () => 'UTC',
};

/**
 * The format of a text as Elasticsearch takes it: letters such as `yyyy-MM-dd HH:mm`, or a name such as `epoch_millis`. Of several,
 * with `||` between them, it writes the first. Times are of UTC. Undefined for another text.
 */
export function parseFormat(text: string): TimeFormat | undefined {
  const [first = ''] = text.split('||');
  if (first === 'epoch_millis') return String;
  if (first === 'epoch_second') return (time) => String(Math.floor(time / MILLISECONDS_OF_SECOND));
  const name = first.replace(/^strict_/, '');
  const parts = partsOf(Object.hasOwn(NAMED, name) ? (NAMED[name] ?? '') : first);
  if (parts === undefined || parts.length === 0) return undefined;
  return (time) => {
    const date = new Date(time);
    return parts.map((part) => (typeof part === 'string' ? part : part(date))).join('');
  };
}

/** Texts between single quotes, of which two stand for one; letters that are repeated; all else as it is. */
const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

function partsOf(pattern: string): readonly (string | ((date: Date) => string))[] | undefined {
  const parts: (string | ((date: Date) => string))[] = [];
  let length = 0;
  for (const [part, quoted, letter] of pattern.matchAll(PART)) {
    length += part.length;
    if (quoted !== undefined) parts.push(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (letter === undefined) parts.push(part);
    else {
      const write = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
      if (write === undefined) return undefined;
      parts.push((date) => write(date, part.length));
    }
  }
  return length === pattern.length ? parts : undefined;
}

function year(date: Date, count: number): string {
  const value = date.getUTCFullYear();
  return count === 2 ? padded(((value % 100) + 100) % 100, 2) : padded(value, count);
}

function padded(value: number, width: number): string {
  return value < 0 ? `-${padded(-value, width)}` : String(value).padStart(width, '0');
}

function named(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' }).format(date);
}
