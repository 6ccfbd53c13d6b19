/** The levels of log lines, the least severe first, each by all of its names. */
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

/** All names of a level and of the more severe ones; undefined for an unknown level. */
export function levelsFrom(name: string): readonly string[] | undefined {
  const first = LEVELS.findIndex((names) => names.includes(name.toLowerCase()));
  return first === -1 ? undefined : LEVELS.slice(first).flat();
}
