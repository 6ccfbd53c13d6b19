/** The levels of log lines, the least severe first, each by all of its names; the numbers are those of 1.18, and of bunyan and pino. */
const LEVELS: readonly { readonly number: number; readonly names: readonly string[] }[] = [
  { number: 10, names: ['trace'] },
  { number: 20, names: ['debug'] },
  { number: 30, names: ['info'] },
  { number: 40, names: ['warn', 'warning'] },
  { number: 50, names: ['error'] },
  { number: 60, names: ['fatal', 'critical'] },
];

/** The number of a line that does not say its level, in 1.18. */
export const INFO = 30;

/** Levels by their first names, for people. */
export const LEVEL_NAMES: readonly string[] = LEVELS.map(({ names: [name = ''] }) => name);

/** All names of a level and of the more severe ones; undefined for an unknown level. */
export function levelsFrom(name: string): readonly string[] | undefined {
  const first = LEVELS.findIndex(({ names }) => names.includes(name.toLowerCase()));
  return first === -1 ? undefined : LEVELS.slice(first).flatMap(({ names }) => names);
}

/** A level as a number, out of a name, in capitals or not, or a number; undefined for what is no level. */
export function levelNumber(level: unknown): number | undefined {
  if (typeof level === 'number') return level;
  if (typeof level !== 'string') return undefined;
  if (/^\d{1,9}$/.test(level)) return Number(level);
  return LEVELS.find(({ names }) => names.includes(level.toLowerCase()))?.number;
}

/** How a line can spell the levels from a number on, or those of a number: their names and their number. */
export function spellingsOf(numbers: readonly number[]): readonly string[] {
  return LEVELS.filter(({ number }) => numbers.includes(number)).flatMap(({ number, names }) => [
    ...names.flatMap((name) => [name, name.toUpperCase(), name.charAt(0).toUpperCase() + name.slice(1)]),
    String(number),
  ]);
}

/** The numbers of all levels. */
export const LEVEL_NUMBERS: readonly number[] = LEVELS.map(({ number }) => number);
