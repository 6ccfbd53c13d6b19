import type { Fault } from './proxy.ts';
import { numberBetween, type Random } from './random.ts';

type RequestItems = Record<string, { readonly Keys: readonly unknown[] }>;

/** For this share of the reads by key DynamoDB gets only some of the keys, of one table or several; the others come back as unprocessed. */
export function unprocessedKeys(share: number, random: Random): Fault {
  return async ({ action, body }, pass) => {
    if (action !== 'BatchGetItem' || random() >= share) return pass();
    const { RequestItems: items, ...rest } = JSON.parse(body.toString('utf8')) as { RequestItems: RequestItems };
    const keys = Object.entries(items).flatMap(([table, { Keys }]) => Keys.map((key) => ({ table, key })));
    if (keys.length < 2) return pass();
    const first = numberBetween(random, 0, keys.length - 1);
    const turned = [...keys.slice(first), ...keys.slice(0, first)];
    const taken = numberBetween(random, 1, keys.length - 1);
    const requestOf = (some: typeof keys): RequestItems => {
      const ofTable = (table: string) => some.filter((one) => one.table === table).map(({ key }) => key);
      const tables = new Set(some.map(({ table }) => table));
      return Object.fromEntries([...tables].map((table) => [table, { ...items[table], Keys: ofTable(table) }]));
    };
    const answer = await pass(
      Buffer.from(JSON.stringify({ ...rest, RequestItems: requestOf(turned.slice(0, taken)) })),
    );
    const said = JSON.parse(answer.body.toString('utf8')) as object;
    const UnprocessedKeys = requestOf(turned.slice(taken));
    return { ...answer, body: Buffer.from(JSON.stringify({ ...said, UnprocessedKeys })), fault: true };
  };
}
