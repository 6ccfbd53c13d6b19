import type { Call, Fault } from './proxy.ts';
import type { Random } from './random.ts';

/** Kills who calls, for this share of the calls that match: before DynamoDB gets the call, or after it has carried it out. */
export function killing(
  matches: (call: Call) => boolean,
  share: number,
  random: Random,
  kill: () => Promise<void>,
): Fault {
  return async (call, pass) => {
    if (!matches(call) || random() >= share) return pass();
    if (random() < 0.5) await pass();
    await kill();
    throw new Error('Nobody is there who could be answered.');
  };
}
