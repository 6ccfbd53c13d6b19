import { readdir, stat } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { enterEnvironment } from '@cumulus/local';
import type { BenchTables } from './bench-tables.ts';
import { atMost, type Bound, formatTable, median, medianUsage, pairRatio, type Row } from './figures.ts';
import { type Measured, measure, type Usage } from './measure.ts';
import { PlayedStream } from './played-stream.ts';
import { COMMAND, program } from './program.ts';
import { say } from './say.ts';

/** What part of the changes of a plain reading an archiving is promised to take in a second. */
const MIN_RATE = 0.8;
/** How much longer a restore at a second may take than a restore and a reading of the changes. */
const MAX_RESTORE = 1.2;
/** Peak memory may grow so much from some changes to ten times as many. */
const MAX_GROWTH = 1.1;

const MINUTE = 60_000;

export interface ArchiveBenchOptions {
  readonly tables: BenchTables;
  /** What is measured, in words. */
  readonly server: string;
  readonly directory: string;
  /** Items of the table; each is written twice. */
  readonly items: number;
  readonly runs: number;
}

/** What a program of this folder prints. */
interface Counted {
  readonly changes: number;
  /** Without the start of the process. */
  readonly seconds: number;
}

/** How fast changes are archived, how long a restore at a second takes, and what an archive takes on disk and in memory. */
export async function reportArchive(options: ArchiveBenchOptions): Promise<void> {
  const { tables, server, directory, items, runs } = options;
  const table = `${tables.prefix}-archived-GranulesTable`;
  const archive = join(directory, 'archive');
  say(`Archive: ${items} items and as many changes`);
  await tables.createGranulesTable(table, { withStream: true });
  await tables.load(table, items);
  const follow = (): Promise<Measured> =>
    measure([COMMAND, 'archive', 'follow', '--table', table, '--to', archive, '--once', '--settle', '1s', '--quiet']);
  await follow();
  // DynamoDB Local rounds the times of changes down to minutes: those of the same minute would be before the base.
  await sleep(MINUTE - (Date.now() % MINUTE) + 2_000);
  await tables.load(table, items, 2);
  await sleep(3_000);
  await follow();
  const rate = await rateRows(table, options);
  const restore = await restoreRows(table, archive, options);
  // What follows takes long: who interrupts it keeps what was measured.
  say(formatTable([...rate, ...restore]));
  const stored = (await bytesOf(archive, '.changes.gz')) / (2 * items);
  const played: PlayedCost[] = [];
  for (const changes of [2 * items, 20 * items])
    played.push(await playedCost(changes, join(directory, String(changes))));
  process.stdout.write(`
archive: ${items} items, ${2 * items} changes, ${runs} runs, medians
Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${server}; load ${loadavg()[0]?.toFixed(1)}

${formatTable([...rate, ...restore])}

A change takes ${stored.toFixed(0)} bytes in the archive.

A played stream, of which each key changes twice in 30 days; pruned to the last seconds of 7 days:

| changes | work | seconds | processor s | peak MB | memory | bytes a change | pruned |
| ------: | ---- | ------: | ----------: | ------: | ------ | -------------: | -----: |
${played.flatMap((cost) => playedLines(cost, played[0] ?? cost)).join('\n')}
`);
}

/** Archiving a stream against reading it, in turn. */
async function rateRows(table: string, { directory, items, runs }: ArchiveBenchOptions): Promise<readonly Row[]> {
  const readings: Usage[] = [];
  const followings: Usage[] = [];
  for (let run = 1; run <= runs; run += 1) {
    say(`Follow, run ${run} of ${runs}`);
    readings.push(await inside([program('raw-stream'), table], 2 * items));
    followings.push(await inside([program('follow-stream'), table, join(directory, `followed-${run}`)], 2 * items));
  }
  const ratio = pairRatio(followings, readings);
  const rates = [readings, followings].map((usages) => (2 * items) / median(usages.map(({ seconds }) => seconds)));
  const [raw = 0, followed = 0] = rates;
  const bound: Bound = {
    promise: `≥ ${MIN_RATE} of the changes a second (${(1 / ratio).toFixed(2)})`,
    met: 1 / ratio >= MIN_RATE,
  };
  return [
    {
      name: `floor: GetRecords, plain HTTP (${raw.toFixed(0)} changes a second)`,
      usage: medianUsage(readings),
      bounds: [],
    },
    {
      name: `followTable (${followed.toFixed(0)} changes a second)`,
      usage: medianUsage(followings),
      ratio,
      bounds: [bound],
    },
  ];
}

/** A restore at a second against a restore of the same items, and a reading of the changes. */
async function restoreRows(
  table: string,
  archive: string,
  { tables, directory, items, runs }: ArchiveBenchOptions,
): Promise<readonly Row[]> {
  const from = ['archive', 'restore', '--from', archive, '--table', table, '--latest'];
  const state = join(directory, 'state');
  await measure([COMMAND, ...from, '--to-file', state, '--quiet']);
  const file = join(state, (await readdir(state)).find((name) => /\.json(?:\.gz)?$/.test(name)) ?? '');
  const floors: Usage[] = [];
  const restores: Usage[] = [];
  const create = async (args: readonly string[], name: string): Promise<Usage> => {
    tables.names.add(name);
    const usage = await measure([COMMAND, ...args, name, '--create-table', '--quiet']);
    await tables.delete(name);
    return usage;
  };
  for (let run = 1; run <= runs; run += 1) {
    say(`Restore at a second, run ${run} of ${runs}`);
    const plain = await create(['restore', file, '--table'], `${tables.prefix}-plain-${run}`);
    const reading = await inside([program('read-changes'), archive], 2 * items);
    floors.push({
      seconds: plain.seconds + reading.seconds,
      cpuSeconds: plain.cpuSeconds + reading.cpuSeconds,
      peakMegabytes: plain.peakMegabytes,
    });
    restores.push(await create([...from, '--no-verify', '--to'], `${tables.prefix}-second-${run}`));
  }
  const ratio = pairRatio(restores, floors);
  return [
    { name: 'floor: cumulus-api restore, and reading the changes', usage: medianUsage(floors), bounds: [] },
    {
      name: 'cumulus-api archive restore --no-verify',
      usage: medianUsage(restores),
      ratio,
      bounds: [atMost(MAX_RESTORE, ratio, '× floor')],
    },
  ];
}

/** Measures a program of this folder, by its own clock. @throws if it did not see all changes */
async function inside(args: readonly string[], expected: number): Promise<Usage> {
  const measured = await measure(args);
  const { changes, seconds } = JSON.parse(measured.output) as Counted;
  if (changes !== expected) throw new Error(`${changes} of ${expected} changes: ${args.join(' ')}`);
  return { ...measured, seconds };
}

/** What a played stream took. */
interface PlayedCost {
  readonly changes: number;
  readonly follow: Usage;
  readonly state: Usage;
  /** Bytes of the archive for each change that was made. */
  readonly stored: number;
  readonly pruned: number;
}

async function playedCost(changes: number, directory: string): Promise<PlayedCost> {
  const stream = new PlayedStream(changes);
  const { AWS_ENDPOINT_URL_DYNAMODB: usual } = process.env;
  enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: await stream.server.listen() });
  const archive = join(directory, 'archive');
  const run = async (name: string, ...args: readonly string[]): Promise<Measured> => {
    say(`archive ${name} of ${changes} played changes`);
    return measure([COMMAND, 'archive', name, ...args, '--table', stream.table, '--quiet']);
  };
  try {
    const follow = await run('follow', '--to', archive, '--once', '--settle', '1s');
    const state = await run('restore', '--from', archive, '--latest', '--to-file', join(directory, 'state'));
    const stored = (await bytesOf(archive)) / changes;
    await run('prune', '--archive', archive, '--keep-daily', '7', '--yes');
    return { changes, follow, state, stored, pruned: (await bytesOf(archive)) / changes };
  } finally {
    enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: usual });
    stream.server.close();
  }
}

function playedLines(cost: PlayedCost, first: PlayedCost): readonly string[] {
  const { changes, stored, pruned } = cost;
  const line = (work: 'follow' | 'state', rest: readonly string[]): string => {
    const { seconds, cpuSeconds, peakMegabytes } = cost[work];
    const growth = peakMegabytes / first[work].peakMegabytes;
    const memory =
      cost === first ? '' : `${growth.toFixed(2)} × (≤ ${MAX_GROWTH}: ${growth <= MAX_GROWTH ? 'met' : 'NOT MET'})`;
    const name = work === 'follow' ? '`archive follow --once`' : '`archive restore --to-file`';
    const figures = [seconds.toFixed(1), cpuSeconds.toFixed(1), peakMegabytes.toFixed(0)];
    return `| ${[changes.toLocaleString('en'), name, ...figures, memory, ...rest].join(' | ')} |`;
  };
  return [line('follow', [stored.toFixed(0), pruned.toFixed(0)]), line('state', ['', ''])];
}

/** The bytes of the files of a folder whose names end so. */
async function bytesOf(folder: string, ending = ''): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile() && name.endsWith(ending)) bytes += found.size;
  }
  return bytes;
}
