/** The levels that functions log by, the least grave first, each by all of its names. */
const LEVELS: readonly (readonly string[])[] = [
  ['trace'],
  ['debug'],
  ['info'],
  ['warn', 'warning'],
  ['error'],
  ['fatal', 'critical'],
];

/** Levels by their first names, for people. */
export const LEVEL_NAMES: readonly string[] = LEVELS.map(([name = '']) => name);

/** All names of a level and of those that are graver; undefined for what is no level. */
export function levelsFrom(name: string): readonly string[] | undefined {
  const first = LEVELS.findIndex((names) => names.includes(name.toLowerCase()));
  return first === -1 ? undefined : LEVELS.slice(first).flat();
}
