import type { Fault } from './proxy.ts';
import { numberBetween, type Random } from './random.ts';

interface Keys {
  readonly Keys: readonly unknown[];
}

/** For this share of the reads by key DynamoDB gets only some of the keys; the others come back as unprocessed. */
export function unprocessedKeys(share: number, random: Random): Fault {
  return async ({ action, body }, pass) => {
    if (action !== 'BatchGetItem' || random() >= share) return pass();
    const { RequestItems, ...rest } = JSON.parse(body.toString('utf8')) as { RequestItems: Record<string, Keys> };
    const [table, { Keys: keys, ...how }] = Object.entries(RequestItems)[0] ?? ['', { Keys: [] }];
    if (keys.length < 2) return pass();
    const taken = numberBetween(random, 1, keys.length - 1);
    const asked = { ...rest, RequestItems: { [table]: { ...how, Keys: keys.slice(0, taken) } } };
    const answer = await pass(Buffer.from(JSON.stringify(asked)));
    const said = JSON.parse(answer.body.toString('utf8')) as object;
    const left = { [table]: { ...how, Keys: keys.slice(taken) } };
    return { ...answer, body: Buffer.from(JSON.stringify({ ...said, UnprocessedKeys: left })), fault: true };
  };
}
