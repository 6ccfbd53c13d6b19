import type { ProgressPart } from './describe-progress.ts';

/** What a line of progress has to say. */
export interface ProgressLine {
  readonly phase: string;
  readonly table: string;
  /** How much is done, from 0 to 1; undefined if nobody knows how much there is. */
  readonly share: number | undefined;
  readonly parts: readonly ProgressPart[];
}

const MAX_BAR = 20;
/** A shorter bar shows nothing. */
const MIN_BAR = 5;
/** A shorter piece of a table's name says nothing. */
const MIN_NAME = 8;

/**
 * A line of at most so many columns. Rate and time left are what is read most, so they stay the longest: a narrow line first does without
 * the bar, then without sizes and counts, then it shortens the table's name.
 */
export function fitProgressLine({ phase, table, share, parts }: ProgressLine, columns: number): string {
  const percent = share === undefined ? '' : `${Math.floor(share * 100)}%`;
  const upTo = (rank: number): string =>
    parts
      .filter((part) => part.rank <= rank)
      .map(({ text }) => text)
      .join(', ');
  const line = (head: string, facts: string): string => {
    const beginning = share === undefined && head !== '' ? `${head}:` : head;
    return [beginning, percent, facts].filter((word) => word !== '').join(' ');
  };
  const ranks = [...new Set(parts.map(({ rank }) => rank))].sort((one, other) => other - one);
  for (const rank of ranks) {
    const whole = line(`${phase} ${table}`, upTo(rank));
    if (whole.length <= columns) return withBar(`${phase} ${table}`, share, whole, columns);
  }
  const facts = upTo(0);
  for (const before of [`${phase} `, '']) {
    const room = columns - line(`${before}.`, facts).length + 1;
    if (room >= MIN_NAME) return line(`${before}${shorten(table, room)}`, facts);
  }
  return line('', facts).slice(0, columns);
}

/** Puts a bar behind the beginning of a line, if there is room for one. */
function withBar(head: string, share: number | undefined, line: string, columns: number): string {
  const width = Math.min(MAX_BAR, columns - line.length - ' []'.length);
  if (share === undefined || width < MIN_BAR) return line;
  const done = Math.round(share * width);
  return `${head} [${'='.repeat(done)}${'-'.repeat(width - done)}]${line.slice(head.length)}`;
}

/** `prod-Gra…Table`: of tables of one deployment the ends differ, of several deployments the beginnings. */
function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = Math.ceil((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}…${name.slice(name.length - end)}`;
}
