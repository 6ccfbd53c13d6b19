import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createModels, type Models } from '@cumulus/models';
import { atMost, type Bound, median } from './figures.ts';

/** A table of granules, and how many it holds. */
export interface Granules {
  readonly table: string;
  readonly items: number;
}

/** What a page of the default list takes. */
export interface ListCost {
  readonly items: number;
  readonly readUnits: number;
  readonly requests: number;
  readonly milliseconds: number;
}

const RUNS = 60;
const WARM_UPS = 20;

/** A list may take so many times as much at the large table as at the small one. */
const GROWTH = 1.2;

/** Reads the first page of the default list of two tables, in turn, and reports what each took. */
export async function benchLists(
  client: DynamoDBClient,
  small: Granules,
  large: Granules,
): Promise<{ readonly costs: readonly ListCost[]; readonly bounds: readonly Bound[] }> {
  const spent = { readUnits: 0, requests: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
      spent.requests += 1;
      spent.readUnits += unitsOf(result.output);
      return result;
    },
    { step: 'initialize', name: 'countUnits' },
  );
  const measured = [small, large].map(({ table, items }) => ({
    items,
    models: createModels({ client, tables: () => table }),
    times: [] as number[],
    readUnits: new Set<number>(),
    requests: new Set<number>(),
  }));
  for (let run = 0; run < WARM_UPS + RUNS; run += 1) {
    for (const one of measured) {
      Object.assign(spent, { readUnits: 0, requests: 0 });
      const milliseconds = await timeOfPage(one.models);
      one.readUnits.add(spent.readUnits);
      one.requests.add(spent.requests);
      if (run >= WARM_UPS) one.times.push(milliseconds);
    }
  }
  client.middlewareStack.remove('countUnits');
  const costs = measured.map(({ items, times, readUnits, requests }) => ({
    items,
    readUnits: Math.max(...readUnits),
    requests: Math.max(...requests),
    milliseconds: median(times),
  }));
  const [first, second] = costs as [ListCost, ListCost];
  const bounds = [
    atMost(GROWTH, second.readUnits / first.readUnits, '× the read units'),
    atMost(GROWTH, median(pairRatios(measured)), '× the time'),
  ];
  return { costs, bounds };
}

async function timeOfPage({ granules }: Models): Promise<number> {
  const start = performance.now();
  const { records } = await granules.newest({ limit: 10 }).page();
  const end = performance.now();
  if (records.length !== 10) throw new Error(`a page of 10 has ${records.length}`);
  return end - start;
}

function pairRatios([small, large]: readonly { readonly times: readonly number[] }[]): readonly number[] {
  return (large?.times ?? []).map((time, run) => time / (small?.times[run] ?? Number.NaN));
}

/** The units that an answer says it took; a batch has them for each table. */
function unitsOf(output: object): number {
  const { ConsumedCapacity } = output as {
    readonly ConsumedCapacity?: { CapacityUnits?: number } | readonly { CapacityUnits?: number }[];
  };
  return [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}
