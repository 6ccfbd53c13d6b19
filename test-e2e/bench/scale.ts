import { rm } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import type { BenchTables } from './bench-tables.ts';
import { loadDeployment } from './dashboard-deployment.ts';
import { compareRequests } from './dashboards.ts';
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

/** A command, at both sizes. */
interface Work {
  readonly name: string;
  readonly usages: Measured[];
}

/** Takes two deployments, with 20,000 and with many granules, through each kind of work once: does what an item takes stay the same? */
export async function reportScale(
  tables: BenchTables,
  { records, directory }: { readonly records: number; readonly directory: string },
): Promise<void> {
  const works = new Map<string, Work>();
  const prefixes: string[] = [];
  for (const granules of [USUAL, records]) {
    const prefix = `${tables.prefix}-scale-${granules}`;
    prefixes.push(prefix);
    say(`Loading ${granules} granules`);
    const start = performance.now();
    await loadDeployment(tables, prefix, { granules });
    say(`Loaded in ${((performance.now() - start) / 1000).toFixed(0)} s`);
    await runCommands(tables, { prefix, granules, directory: join(directory, prefix), works });
  }
  process.stdout.write(`
${USUAL} and ${records} granules, once each; Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)}

| work | µs an item, ${USUAL} | ${records} | ratio | processor µs an item, ${USUAL} | ${records} | ratio | peak MB, ${USUAL} | ${records} | ratio | open files, ${USUAL} | ${records} |
| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |
${[...works.values()].map((work) => rowOf(work, [USUAL, records])).join('\n')}

Flat is at most ${FLAT} ×.
`);
  await compareRequests(prefixes, { sizes: [USUAL, records], only: REQUESTS, besides: SEARCHES });
}

interface CommandsOptions {
  readonly prefix: string;
  readonly granules: number;
  readonly directory: string;
  readonly works: Map<string, Work>;
}

async function runCommands(tables: BenchTables, options: CommandsOptions): Promise<void> {
  const { prefix, granules, directory, works } = options;
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
  await run('backup', 'backup', '--table', source, '--directory', directory);
  await run('verify FILE', 'verify', file);
  await run('verify FILE --table', 'verify', file, '--table', source);
  // Without indexes: those of the source show what they cost, and the server's memory has room for one table more.
  const target = `${prefix}-restored`;
  await tables.createGranulesTable(target, { withIndexes: false });
  await run('restore', 'restore', file, '--table', target);
  await tables.delete(target);
  await rm(directory, { recursive: true });
  const copied = `${prefix}-copied`;
  await tables.createGranulesTable(copied, { withIndexes: false });
  await run('copy', 'copy', '--from', source, '--to', copied, '--yes');
  await tables.delete(copied);
  await run('counts recount', 'counts', 'recount', '--prefix', prefix, '--type', 'granule', '--settle', '1');
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
