/** Numbers from 0 up to 1 that look like chance and come again for the same seed. */
export type Random = () => number;

/** Of this run, unless `CUMULUS_TEST_SEED` asks for an earlier one again; each test that throws dice has it in its title. */
export const SEED = Number(process.env['CUMULUS_TEST_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** The generator mulberry32. */
export function seededRandom(seed: number = SEED): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The same numbers, but the sixth is 0: what happens by chance happens once at least, however few calls there are. */
export function withOneFault(random: Random): Random {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 6 ? 0 : random();
  };
}

/** A whole number from the first up to the last. */
export function numberBetween(random: Random, first: number, last: number): number {
  return first + Math.floor(random() * (last - first + 1));
}
