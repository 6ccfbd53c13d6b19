import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createModels, type Models } from '@cumulus/models';
import type { BenchTables } from './bench-tables.ts';
import { atMost, type Bound, median } from './figures.ts';
import { say } from './say.ts';

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
async function benchLists(
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

/** A list has to take the same at these two sizes. */
const LISTED = [2_000, 200_000] as const;

/** The first page of the default list of granules, at two sizes of the table. */
export async function reportLists(tables: BenchTables): Promise<void> {
  const granules: Granules[] = [];
  for (const size of LISTED) {
    say(`Loading ${size} granules for lists`);
    const table = `${tables.prefix}-listed-${size}-GranulesTable`;
    await tables.createGranulesTable(table);
    await tables.load(table, size);
    granules.push({ table, items: size });
  }
  const [small, large] = granules as [Granules, Granules];
  say('Lists');
  const { costs, bounds } = await benchLists(tables.client, small, large);
  const promises = bounds.map(({ promise, met }) => `${promise}: ${met ? 'met' : 'NOT MET'}`);
  process.stdout.write(`
The newest 10 granules, medians

| granules | read units | requests | milliseconds |
| -------: | ---------: | -------: | -----------: |
${costs.map(listRow).join('\n')}

200,000 against 2,000: ${promises.join('; ')}
`);
}

function listRow({ items: listed, readUnits, requests, milliseconds }: ListCost): string {
  return `| ${listed} | ${readUnits} | ${requests} | ${milliseconds.toFixed(1)} |`;
}
