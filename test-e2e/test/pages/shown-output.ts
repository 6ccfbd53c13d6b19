import { expect } from '@jest/globals';

/** What differs from run to run, and what replaces it where outputs are compared. Where two fit at one place, the first one counts. */
const VOLATILE: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d[:.-]?\d\d[:.-]?\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?/, 'TIME'],
  [/\b\d{8}T\d{6}(?:\.\d+)?Z/, 'TIME'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?/, 'TIME'],
  [/\b\d\d:\d\d:\d\d\b/, 'CLOCK'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/, 'UUID'],
  [/\b[0-9a-f]{16,}\b/, 'HEX'],
  [/\beyJ[\w.-]+/, 'TOKEN'],
  [/\b\d{13,}-[0-9a-f]{6,}\b/, 'ID'],
  [/(?<![\w.-])(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+/, 'LOOPBACK'],
  [/\d+\.\d+\.\d+\.\d+:\d+/, 'ADDRESS'],
  [/\b\d[\d,]*(?:\.\d+)? ?(?:ms|s|min|minutes?|seconds?|h|hours?)\b/, 'DURATION'],
  [/\b\d[\d,]*(?:\.\d+)? ?(?:bytes|[kKMG]i?B)(?:\/s)?\b/, 'SIZE'],
  [/\b\d[\d,]*(?:\.\d+)? (?=(?:items|records|units|read units|write units)\/s)/, 'RATE'],
];

const ANY_VOLATILE = new RegExp(VOLATILE.map(([pattern]) => `(${pattern.source})`).join('|'), 'g');

/** Kinds of which a page shows two the same by chance: what was measured, rounded. */
const MEASURED: ReadonlySet<string> = new Set(['CLOCK', 'DURATION', 'RATE']);

/** In milliseconds: a page shows what happened at about the same time within one second; another run may take longer. */
const SAME_TIME = 60_000;

const USER_IN_MOTO = 'arn:aws:sts::123456789012:user/moto';

/** A line of a page that stands for any number of lines, none among them. */
const LEFT_OUT = '...';

/** A warning or an error of the command, which a page must not leave out. */
const COMPLAINT = /^(?:WARNING|ERROR|cumulus-api:)/;

/** A value that differs from run to run. */
interface Value {
  readonly kind: string;
  readonly text: string;
}

/** A line with the kinds of its volatile values in their places. */
interface Line {
  readonly text: string;
  readonly values: readonly Value[];
}

/** What came out for values of the page, by {@link identityOf}. */
type Written = ReadonlyMap<string, Value>;

/** What a page shows otherwise than it comes out. */
export interface Differences {
  /** Paths that the page does not show, as in `{ '/tmp/a1': '/data' }`. */
  readonly folders?: Readonly<Record<string, string>> | undefined;
  /** What was put in the place of the page's examples, by the example: an output that shows one has to show what was put there. */
  readonly known?: Readonly<Record<string, string>> | undefined;
}

/**
 * Whether a block wrote what the page shows. Times, durations, sizes, rates, addresses and ids may differ; counts may not. An id, an address, a size or
 * a time that the page shows several times has to come out the same each time, and times of one line in the page's order. An address
 * of this machine stands for another one of this machine only. A line `...` of the page stands for lines that it leaves out, but for no
 * warning and no error.
 */
export function isShown(written: string, shown: string, { folders = {}, known = {} }: Differences = {}): boolean {
  return matches(linesOf(withFolders(written, folders)), linesOf(shown), knownValues(known), new Map());
}

/** Fails, and shows the difference, where {@link isShown} says no. */
export function expectShown(written: string, shown: string, differences: Differences = {}): void {
  if (isShown(written, shown, differences)) return;
  const got = linesOf(withFolders(written, differences.folders ?? {})).map(withoutValues);
  const wanted = linesOf(shown).map(withoutValues);
  if (matches(got, wanted, new Map(), new Map())) {
    throw new Error(
      `Times, ids or addresses do not fit together as in the page, or are not those that were given. Written:\n${written}\nShown:\n${shown}`,
    );
  }
  expect(got.map(({ text }) => text).join('\n')).toBe(wanted.map(({ text }) => text).join('\n'));
}

/** An output with the names that a page shows: of folders, and of a user, whose ARN moto does not write as AWS does. */
export function withFolders(written: string, folders: Readonly<Record<string, string>>): string {
  const names = { ...folders, [USER_IN_MOTO]: 'arn:aws:iam::123456789012:user/operator' };
  return Object.entries(names).reduce((all, [path, name]) => all.replaceAll(path, name), written);
}

function linesOf(output: string): readonly Line[] {
  const lines = output.split('\n').map(lineOf);
  while (lines.at(-1)?.text === '') lines.pop();
  return lines;
}

function lineOf(line: string): Line {
  const values: Value[] = [];
  const stable = line.replace(ANY_VOLATILE, (text, ...groups) => {
    const [, kind = ''] = VOLATILE[groups.findIndex((group) => group !== undefined)] ?? [];
    values.push({ kind, text });
    // What is not part of a rate's value stays apart from it.
    return text.endsWith(' ') ? `${kind} ` : kind;
  });
  // What fills a column up to its width depends on what the column holds.
  return { text: stable.trimEnd().replace(/(?<=\S) {2,}/g, '  '), values };
}

function withoutValues({ text }: Line): Line {
  return { text, values: [] };
}

/** Of examples with as many values as what was put in their places; a file's name, for instance, has none. */
function knownValues(known: Readonly<Record<string, string>>): Written {
  return new Map(
    Object.entries(known).flatMap(([example, value]) => {
      const [shown, written] = [lineOf(example).values, lineOf(value).values];
      const isAlike =
        shown.length === written.length && shown.every(({ kind }, index) => kind === written[index]?.kind);
      return isAlike ? shown.map((each, index) => [identityOf(each), written[index] ?? each] as const) : [];
    }),
  );
}

function matches(got: readonly Line[], wanted: readonly Line[], known: Written, before: Written): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return got.length === 0;
  const [line, ...others] = got;
  if (first.text.trim() !== LEFT_OUT) {
    if (line?.text !== first.text || !isInOrder(line, first)) return false;
    const after = withValues(line, first, known, before);
    return after !== undefined && matches(others, rest, known, after);
  }
  if (matches(got, rest, known, before)) return true;
  return line !== undefined && !COMPLAINT.test(line.text) && matches(others, wanted, known, before);
}

/** What came out so far, with a line's values; undefined where one contradicts another or what is known. */
function withValues(got: Line, wanted: Line, known: Written, before: Written): Written | undefined {
  const after = new Map(before);
  for (const [index, value] of got.values.entries()) {
    const shown = wanted.values[index];
    if (shown === undefined || MEASURED.has(shown.kind)) continue;
    const identity = identityOf(shown);
    const given = known.get(identity);
    if (given !== undefined && !isSame(given, value, 999)) return undefined;
    const earlier = after.get(identity) ?? value;
    if (!isSame(earlier, value, SAME_TIME)) return undefined;
    after.set(identity, earlier);
  }
  return after;
}

function isSame(one: Value, other: Value, tolerance: number): boolean {
  if (one.kind !== 'TIME') return one.text === other.text;
  return Math.abs(instantOf(one) - instantOf(other)) <= tolerance;
}

/** Whether the times of a line have the order that they have in the page. */
function isInOrder(got: Line, wanted: Line): boolean {
  const [written, shown] = [got, wanted].map(({ values }) =>
    values.filter(({ kind }) => kind === 'TIME').map(instantOf),
  );
  return (written ?? []).every((time, index, times) =>
    times.slice(index + 1).every((later, offset) => {
      const [first = 0, second = 0] = [shown?.[index], shown?.[index + 1 + offset]];
      return first <= second ? time <= later : time >= later;
    }),
  );
}

function identityOf(value: Value): string {
  return `${value.kind} ${value.kind === 'TIME' ? instantOf(value) : value.text}`;
}

/** In milliseconds since 1970. A time without a zone is taken for one of UTC. */
function instantOf({ text }: Value): number {
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = ''] =
    /^(\d{4})-?(\d\d)-?(\d\d)[T ](\d\d)[:.-]?(\d\d)(?:[:.-]?(\d\d))?(\.\d+)?(.*)$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone || 'Z'}`);
}
