import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import type { BenchTables } from './bench-tables.ts';
import { isLoaded, loadDeployment } from './dashboard-deployment.ts';
import { compareRequests } from './dashboards.ts';
import type { DescribedTables } from './described-tables.ts';
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

/** What is done with a backup. */
const OF_FILES = ['backup', 'verify FILE', 'verify FILE --table', 'restore'];
/** The last of the works. */
const LISTS = 'lists';

/** A command, at both sizes. */
interface Work {
  readonly name: string;
  readonly usages: Measured[];
}

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

/** Takes two deployments, with 20,000 and with many granules, through each kind of work once: does what an item takes stay the same? */
export async function reportScale(tables: BenchTables, options: ScaleOptions): Promise<void> {
  const { described, records, directory, keep, only } = options;
  const works = new Map<string, Work>();
  const prefixes: string[] = [];
  for (const granules of [USUAL, records]) {
    const prefix = keep ? `bench-scale-${granules}` : `${tables.prefix}-scale-${granules}`;
    prefixes.push(prefix);
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
    await runCommands(tables, { prefix, granules, directory: join(directory, prefix), works, only });
  }
  process.stdout.write(`
${USUAL} and ${records} granules, once each; Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)}

| work | µs an item, ${USUAL} | ${records} | ratio | processor µs an item, ${USUAL} | ${records} | ratio | peak MB, ${USUAL} | ${records} | ratio | open files, ${USUAL} | ${records} |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${[...works.values()].map((work) => rowOf(work, [USUAL, records])).join('\n')}

Flat is at most ${FLAT} ×.
`);
  if (only?.test(LISTS) === false) return;
  await compareRequests(prefixes, { sizes: [USUAL, records], only: REQUESTS, besides: SEARCHES });
}

interface CommandsOptions {
  readonly prefix: string;
  readonly granules: number;
  readonly directory: string;
  readonly works: Map<string, Work>;
  readonly only: RegExp | undefined;
}

async function runCommands(tables: BenchTables, options: CommandsOptions): Promise<void> {
  const { prefix, granules, directory, works, only } = options;
  const source = physicalTableName(prefix, 'GranulesTable');
  const file = join(directory, `${source}.json`);
  const run = async (name: string, ...args: readonly string[]): Promise<void> => {
    const usage = await measure([COMMAND, ...args, '--quiet']);
    say(
      `${name} of ${granules}: ${usage.seconds.toFixed(1)} s, ${usage.cpuSeconds.toFixed(1)} s of a processor, ` +
        `${usage.peakMegabytes.toFixed(0)} MB, ${usage.openFiles} files`,
    );
    const work = works.get(name) ?? { name, usages: [] };
    works.set(name, { name, usages: [...work.usages, usage] });
  };
  const intoNewTable = async (table: string, write: (table: string) => Promise<void>): Promise<void> => {
    await tables.createGranulesTable(table, { withIndexes: false });
    await write(table);
    await tables.delete(table);
  };
  const isWanted = (...names: readonly string[]): boolean => names.some((name) => only?.test(name) !== false);
  if (isWanted(...OF_FILES)) {
    await run('backup', 'backup', '--table', source, '--directory', directory);
    if (isWanted('verify FILE')) await run('verify FILE', 'verify', file);
    if (isWanted('verify FILE --table')) await run('verify FILE --table', 'verify', file, '--table', source);
    // Without indexes: those of the source show what they cost, and the server has room for one table more.
    if (isWanted('restore'))
      await intoNewTable(`${prefix}-restored`, (table) => run('restore', 'restore', file, '--table', table));
    await rm(directory, { recursive: true });
  }
  if (isWanted('copy')) {
    await intoNewTable(`${prefix}-copied`, (table) => run('copy', 'copy', '--from', source, '--to', table, '--yes'));
  }
  if (isWanted('counts recount')) {
    await run('counts recount', 'counts', 'recount', '--prefix', prefix, '--type', 'granule', '--settle', '1');
  }
}

function rowOf({ name, usages }: Work, sizes: readonly number[]): string {
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
