import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import type { BenchTables } from './bench-tables.ts';
import { isLoaded, loadDeployment } from './dashboard-deployment.ts';
import { compareRequests } from './dashboards.ts';
import type { DescribedTables } from './described-tables.ts';
import { LargeTable } from './large-table.ts';
import { type Measured, measure } from './measure.ts';
import { COMMAND } from './program.ts';
import { say } from './say.ts';

/** With how many granules the others are compared. */
const USUAL = 20_000;
/** What is flat may differ so much. */
const FLAT = 1.1;

/** What dashboards ask that more granules could make slower: pages, sorts and counts. */
const REQUESTS = /^\/(granules|stats)\b/;
/** Searches by a key, by what an index holds, and by what none holds. */
const SEARCHES = [
  '/granules?limit=10&prefix=MOD09GQ.A4',
  '/granules?limit=10&collectionId=MOD09GQ___006&prefix=MOD09GQ.A4',
  '/granules?limit=10&infix=A0142558',
  '/granules?limit=10&q="MOD09GQ"',
];

/** What reads a deployment. */
const OF_FILES = ['backup', 'verify FILE', 'verify FILE --table'];
const RECOUNT = 'counts recount';
/** What writes tables without indexes, one from a backup, and one from that. */
const RESTORE = 'restore';
const COPY = 'copy';
/** The last of the works. */
const LISTS = 'lists';

export interface ScaleOptions {
  /** The server of the tables, which answers DescribeTable at once. */
  readonly described: DescribedTables;
  /** How many granules the larger deployment has. */
  readonly records: number;
  /** Where backups go. */
  readonly directory: string;
  /** Whether the deployments stay, and those of an earlier run are taken. */
  readonly keep: boolean;
  /** Which of the works are done, by their names; all unless given. */
  readonly only?: RegExp | undefined;
}

/** Takes 20,000 and many granules through each kind of work once: does what an item takes stay the same? */
export async function reportScale(tables: BenchTables, options: ScaleOptions): Promise<void> {
  const { records, only } = options;
  const sizes = [USUAL, records] as const;
  const works = new Works(sizes, only);
  const prefixes: string[] = [];
  for (const granules of sizes) {
    if (works.areWanted(...OF_FILES, RECOUNT, LISTS)) {
      const prefix = await takeDeployment(tables, granules, options);
      prefixes.push(prefix);
      await readDeployment(works, prefix, join(options.directory, prefix));
    }
    if (works.areWanted(RESTORE, COPY)) await writeTables(tables, works, granules, options);
  }
  process.stdout.write(works.table());
  if (works.areWanted(LISTS)) await compareRequests(prefixes, { sizes, only: REQUESTS, besides: SEARCHES });
}

/** Loads a deployment, unless one of an earlier run was kept. @returns its prefix */
async function takeDeployment(
  tables: BenchTables,
  granules: number,
  { described, keep }: ScaleOptions,
): Promise<string> {
  const prefix = keep ? `bench-scale-${granules}` : `${tables.prefix}-scale-${granules}`;
  const count = (): Promise<void> => described.count(physicalTableName(prefix, 'GranulesTable'));
  if (keep && (await isLoaded(tables, prefix))) {
    say(`The deployment ${prefix} is there`);
    await count();
  } else {
    say(`Loading ${granules} granules`);
    const start = performance.now();
    await loadDeployment(tables, prefix, { granules }, count);
    say(`Loaded in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  if (keep) tables.names.clear();
  return prefix;
}

async function readDeployment(works: Works, prefix: string, directory: string): Promise<void> {
  const table = physicalTableName(prefix, 'GranulesTable');
  const file = join(directory, `${table}.json`);
  if (works.areWanted(...OF_FILES)) {
    await works.run('backup', 'backup', '--table', table, '--directory', directory);
    if (works.areWanted('verify FILE')) await works.run('verify FILE', 'verify', file);
    if (works.areWanted('verify FILE --table'))
      await works.run('verify FILE --table', 'verify', file, '--table', table);
    await rm(directory, { recursive: true });
  }
  if (works.areWanted(RECOUNT)) {
    await works.run(RECOUNT, 'counts', 'recount', '--prefix', prefix, '--type', 'granule', '--settle', '1');
  }
}

/** Without indexes: those of the deployments show what they cost, and the server has room for two tables more. */
async function writeTables(
  tables: BenchTables,
  works: Works,
  granules: number,
  { described, directory }: ScaleOptions,
): Promise<void> {
  const source = new LargeTable({ items: granules });
  const file = join(directory, `${source.name}.json`);
  await source.whileReached(async () => {
    await measure([COMMAND, 'backup', '--table', source.name, '--directory', directory, '--quiet']);
  });
  const [restored, copied] = [`${tables.prefix}-restored`, `${tables.prefix}-copied`];
  await tables.createGranulesTable(restored, { withIndexes: false });
  await works.run(RESTORE, 'restore', file, '--table', restored);
  await rm(file);
  if (works.areWanted(COPY)) {
    await described.count(restored);
    await tables.createGranulesTable(copied, { withIndexes: false });
    await works.run(COPY, 'copy', '--from', restored, '--to', copied, '--yes');
    await tables.delete(copied);
  }
  await tables.delete(restored);
}

/** The works that are wanted, and what each took at each size. */
class Works {
  readonly #usages = new Map<string, Measured[]>();
  readonly #sizes: readonly [usual: number, large: number];
  readonly #only: RegExp | undefined;

  constructor(sizes: readonly [usual: number, large: number], only: RegExp | undefined) {
    this.#sizes = sizes;
    this.#only = only;
  }

  areWanted(...names: readonly string[]): boolean {
    return names.some((name) => this.#only?.test(name) !== false);
  }

  async run(name: string, ...args: readonly string[]): Promise<void> {
    const usage = await measure([COMMAND, ...args, '--quiet']);
    say(
      `${name}: ${usage.seconds.toFixed(1)} s, ${usage.cpuSeconds.toFixed(1)} s of a processor, ` +
        `${usage.peakMegabytes.toFixed(0)} MB, ${usage.openFiles} files`,
    );
    this.#usages.set(name, [...(this.#usages.get(name) ?? []), usage]);
  }

  table(): string {
    const [usual, large] = this.#sizes;
    return `
${usual} and ${large} granules, once each; Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)}

| work | µs an item, ${usual} | ${large} | ratio | processor µs an item, ${usual} | ${large} | ratio | peak MB, ${usual} | ${large} | ratio | open files, ${usual} | ${large} |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${[...this.#usages].map(([name, usages]) => rowOf(name, usages, this.#sizes)).join('\n')}

Flat is at most ${FLAT} ×.
`;
  }
}

function rowOf(name: string, usages: readonly Measured[], sizes: readonly number[]): string {
  const pair = (figure: (usage: Measured) => number, digits: number, isOfItem: boolean): readonly string[] => {
    const [usual = Number.NaN, large = Number.NaN] = usages.map((usage, index) =>
      isOfItem ? (figure(usage) / (sizes[index] ?? 1)) * 1e6 : figure(usage),
    );
    return [usual.toFixed(digits), large.toFixed(digits), (large / usual).toFixed(2)];
  };
  const cells = [
    name,
    ...pair(({ seconds }) => seconds, 0, true),
    ...pair(({ cpuSeconds }) => cpuSeconds, 0, true),
    ...pair(({ peakMegabytes }) => peakMegabytes, 0, false),
    ...usages.map(({ openFiles }) => openFiles),
  ];
  return `| ${cells.join(' | ')} |`;
}
