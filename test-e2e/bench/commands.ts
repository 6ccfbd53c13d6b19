import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_WRITE_CONCURRENCY } from '@cumulus/dynamodb/backup';
import { DEFAULT_SCAN_CONCURRENCY, defaultSegments } from '@cumulus/dynamodb/items';
import { describeTable, physicalTableName } from '@cumulus/dynamodb/tables';
import type { BenchTables } from './bench-tables.ts';
import { atMost, type Bound, formatTable, median, medianUsage, pairRatio, type Row } from './figures.ts';
import { type Measured, measure, time, type Usage } from './measure.ts';
import { COMMAND, program } from './program.ts';
import { say } from './say.ts';

/** A sequential scan takes the square of the items at DynamoDB Local: above this it would take a quarter of an hour. */
const MAX_ITEMS_FOR_SEQUENTIAL = 50_000;
const MAX_MEGABYTES = 150;

/** What reads a whole table and compares or counts it is promised to take so many times the raw scan, by the processors. */
const TIMES_RAW_SCAN = cpus().length >= 4 ? 1.3 : 2;

/** What is promised is promised from so many records on; with fewer the start of a process counts most. */
const MIN_ITEMS_PROMISED = 20_000;

const ANSWERED_AT_ONCE = ['--help', '--version'];
const RUNS_OF_STARTS = 25;
const WARM_UPS = 3;

export interface CommandBenchOptions {
  readonly tables: BenchTables;
  /** What is measured, in words. */
  readonly server: string;
  /** Where backups go. */
  readonly directory: string;
  readonly items: number;
  readonly runs: number;
}

/** Backup, restore, verify, copy, recount and help against what the same machine and server take at the least. */
export class CommandBench {
  readonly #tables: BenchTables;
  readonly #server: string;
  readonly #directory: string;
  readonly #items: number;
  readonly #runs: number;
  readonly #source: string;

  constructor({ tables, server, directory, items, runs }: CommandBenchOptions) {
    this.#tables = tables;
    this.#server = server;
    this.#directory = directory;
    this.#items = items;
    this.#runs = runs;
    this.#source = physicalTableName(tables.prefix, 'GranulesTable');
  }

  async report(): Promise<void> {
    say(`Loading ${this.#items} records`);
    await this.#tables.createGranulesTable(this.#source);
    await this.#tables.load(this.#source, this.#items);
    const segments = defaultSegments((await describeTable(this.#tables.client, this.#source)).estimatedBytes);
    const floorScan = [program('floor-scan'), this.#source, String(segments), String(DEFAULT_SCAN_CONCURRENCY)];
    // The server gets faster with its first requests; that is to help none of the rows.
    for (let warmUp = 0; warmUp < WARM_UPS; warmUp += 1) await measure(floorScan);

    const rows: Row[] = [
      ...(await this.#backup(floorScan)),
      ...(await this.#restore()),
      ...(await this.#verify(floorScan)),
      ...(await this.#copy(floorScan)),
      ...(await this.#recount(floorScan)),
      ...(await this.#lookInto()),
    ];
    const starts = await this.#starts();
    process.stdout.write(`
${this.#items} records, ${this.#runs} runs, medians; ${segments} segments, ${DEFAULT_SCAN_CONCURRENCY} scans and ${DEFAULT_WRITE_CONCURRENCY} batches at once
Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${this.#server}

${formatTable([...rows.map((row) => this.#withPromises(row)), ...starts])}
`);
  }

  async #backup(floorScan: readonly string[]): Promise<Row[]> {
    const floors: Usage[] = [];
    const described: Usage[] = [];
    const backups: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Backup, run ${run} of ${this.#runs}`);
      floors.push(await measure(floorScan));
      described.push(await measure([...floorScan, 'described']));
      const to = join(this.#directory, `run-${run}`);
      backups.push(await this.#cumulusApi('backup', '--table', this.#source, '--directory', to));
      if (run > 1) await rm(to, { recursive: true });
    }
    const floor = medianUsage(floors);
    const backup = medianUsage(backups);
    const ratio = pairRatio(backups, floors);
    const ofDescribed = pairRatio(backups, described);
    const most = this.#items < 200_000 ? 1.2 : 1.15;
    const bounds: Bound[] = [
      atMost(most, ratio, '× floor'),
      atMost(most, ofDescribed, '× floor of a described table'),
      withinMemory(backup),
    ];
    const rows: Row[] = [
      { name: 'floor: parallel scan, plain HTTP', usage: floor, bounds: [] },
      {
        name: 'floor of a described table: before and after the scan',
        usage: medianUsage(described),
        ratio: pairRatio(described, floors),
        bounds: [],
      },
    ];
    if (this.#items <= MAX_ITEMS_FOR_SEQUENTIAL) {
      say('Sequential scan');
      const sequential = await measure([program('sequential-scan'), this.#source]);
      const times = sequential.seconds / backup.seconds;
      rows.push({
        name: 'sequential SDK scan (one run)',
        usage: sequential,
        ratio: sequential.seconds / floor.seconds,
        bounds: [],
      });
      bounds.push({ promise: `≥ 10 × faster than sequential (${times.toFixed(1)})`, met: times >= 10 });
    }
    if (this.#items <= 20_000) bounds.push(atMost(1.2, backup.cpuSeconds, 'processor s'));
    return [...rows, { name: 'cumulus-api backup', usage: backup, ratio, bounds }];
  }

  async #restore(): Promise<Row[]> {
    const floors: Usage[] = [];
    const proved: Usage[] = [];
    const insides: number[] = [];
    const restores: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Restore, run ${run} of ${this.#runs}`);
      const floorTable = `${this.#tables.prefix}-floor-${run}-GranulesTable`;
      floors.push((await this.#floorWrite(floorTable)).usage);
      const { usage, inside } = await this.#floorWrite(floorTable, 'capacity');
      proved.push(usage);
      insides.push(inside);
      const table = `${this.#tables.prefix}-restored-${run}-GranulesTable`;
      this.#tables.names.add(table);
      restores.push(await this.#cumulusApi('restore', this.#backupFile(), '--table', table, '--create-table'));
      await this.#tables.delete(table);
    }
    const ratio = pairRatio(restores, proved);
    const restore = medianUsage(restores);
    return [
      { name: 'ready batches without their capacity, plain HTTP', usage: medianUsage(floors), bounds: [] },
      {
        name: `floor: ready batches, plain HTTP (writing alone ${median(insides).toFixed(2)} s)`,
        usage: medianUsage(proved),
        bounds: [],
      },
      {
        name: 'cumulus-api restore',
        usage: restore,
        ratio,
        bounds: [atMost(1.15, ratio, '× floor'), withinMemory(restore)],
      },
    ];
  }

  async #verify(floorScan: readonly string[]): Promise<Row[]> {
    const files: Usage[] = [];
    const floors: Usage[] = [];
    const comparisons: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Verify, run ${run} of ${this.#runs}`);
      files.push(await this.#cumulusApi('verify', this.#backupFile()));
      floors.push(await measure(floorScan));
      comparisons.push(await this.#cumulusApi('verify', this.#backupFile(), '--table', this.#source));
    }
    const file = medianUsage(files);
    const comparison = medianUsage(comparisons);
    return [
      { name: 'cumulus-api verify FILE', usage: file, bounds: [withinMemory(file)] },
      {
        name: 'cumulus-api verify FILE --table',
        usage: comparison,
        ratio: pairRatio(comparisons, floors),
        bounds: [atMost(TIMES_RAW_SCAN, pairRatio(comparisons, floors), '× raw scan'), withinMemory(comparison)],
      },
    ];
  }

  /** A copy into an empty table, which is read once, and written. */
  async #copy(floorScan: readonly string[]): Promise<Row[]> {
    const floors: Usage[] = [];
    const copies: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Copy, run ${run} of ${this.#runs}`);
      const scan = await measure(floorScan);
      floors.push(together(scan, (await this.#floorWrite(`${this.#tables.prefix}-floor-${run}-GranulesTable`)).usage));
      const table = `${this.#tables.prefix}-copied-${run}-GranulesTable`;
      await this.#tables.createGranulesTable(table);
      copies.push(await this.#cumulusApi('copy', '--from', this.#source, '--to', table, '--yes'));
      await this.#tables.delete(table);
    }
    const copy = medianUsage(copies);
    const ratio = pairRatio(copies, floors);
    return [
      { name: 'floor: parallel scan, then ready batches', usage: medianUsage(floors), bounds: [] },
      {
        name: 'cumulus-api copy',
        usage: copy,
        ratio,
        bounds: [atMost(TIMES_RAW_SCAN, ratio, '× scan and writing'), withinMemory(copy)],
      },
    ];
  }

  async #recount(floorScan: readonly string[]): Promise<Row[]> {
    await this.#tables.createCountsTable();
    const floors: Usage[] = [];
    const recounts: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Recount, run ${run} of ${this.#runs}`);
      floors.push(await measure(floorScan));
      recounts.push(await this.#cumulusApi('counts', 'recount', '--prefix', this.#tables.prefix, '--type', 'granule'));
    }
    const recount = medianUsage(recounts);
    const ratio = pairRatio(recounts, floors);
    return [
      {
        name: 'cumulus-api counts recount',
        usage: recount,
        ratio,
        bounds: [atMost(TIMES_RAW_SCAN, ratio, '× raw scan'), withinMemory(recount)],
      },
    ];
  }

  /** Writes as many records to a new table by plain HTTP, and deletes it. @param asked `capacity` to ask for that of each batch */
  async #floorWrite(table: string, ...asked: readonly 'capacity'[]): Promise<{ usage: Usage; inside: number }> {
    await this.#tables.createGranulesTable(table);
    const written = withoutPreparation(
      await measure([program('floor-write'), table, String(this.#items), String(DEFAULT_WRITE_CONCURRENCY), ...asked]),
    );
    await this.#tables.delete(table);
    return written;
  }

  /** Searching a backup and comparing two, against verifying the same files. */
  async #lookInto(): Promise<Row[]> {
    const other = join(this.#directory, 'other');
    await this.#cumulusApi('backup', '--table', this.#source, '--directory', other);
    const otherFile = join(other, `${this.#source}.json`);
    const verifications: Usage[] = [];
    const ofBoth: Usage[] = [];
    const finds: Usage[] = [];
    const diffs: Usage[] = [];
    for (let run = 1; run <= this.#runs; run += 1) {
      say(`Find and diff, run ${run} of ${this.#runs}`);
      const verification = await this.#cumulusApi('verify', this.#backupFile());
      verifications.push(verification);
      ofBoth.push({ ...verification, seconds: 2 * verification.seconds });
      finds.push(await this.#cumulusApi('backups', 'find', this.#backupFile(), '--where', 'status=failed'));
      diffs.push(await this.#cumulusApi('backups', 'diff', this.#backupFile(), otherFile));
    }
    const [find, diff] = [medianUsage(finds), medianUsage(diffs)];
    const [ofFind, ofDiff] = [pairRatio(finds, verifications), pairRatio(diffs, ofBoth)];
    return [
      {
        name: 'cumulus-api backups find FILE (floor: verify)',
        usage: find,
        ratio: ofFind,
        bounds: [atMost(1.1, ofFind, '× verify'), withinMemory(find)],
      },
      {
        name: 'cumulus-api backups diff FILE OTHER (floor: verify of both)',
        usage: diff,
        ratio: ofDiff,
        bounds: [atMost(1.75, ofDiff, '× verify of both'), withinMemory(diff)],
      },
    ];
  }

  /** Help and version against the start of Node alone. */
  async #starts(): Promise<Row[]> {
    say('Help and version');
    const plain: number[] = [];
    const starts = new Map(ANSWERED_AT_ONCE.map((option) => [option, [] as number[]]));
    for (let run = 0; run < RUNS_OF_STARTS; run += 1) {
      plain.push(await time(['-e', '0']));
      for (const [option, times] of starts) times.push(await time([COMMAND, option]));
    }
    const rows = [...starts].map(([option, times]): Row => {
      const ratio = median(times.map((seconds, index) => seconds / (plain[index] ?? Number.NaN)));
      const usage = timeAlone(median(times));
      return { name: `cumulus-api ${option}`, usage, ratio, bounds: [atMost(1.3, ratio, '× node -e 0')] };
    });
    return [{ name: 'node -e 0', usage: timeAlone(median(plain)), bounds: [] }, ...rows];
  }

  #withPromises(row: Row): Row {
    return this.#items < MIN_ITEMS_PROMISED ? { ...row, bounds: [] } : row;
  }

  #cumulusApi(...args: readonly string[]): Promise<Measured> {
    return measure([COMMAND, ...args, '--quiet']);
  }

  /** The backup of the first run, from which all restores and verifications are made. */
  #backupFile(): string {
    return join(this.#directory, 'run-1', `${this.#source}.json`);
  }
}

/** A process that made its bodies first, without the time for that, and without the memory that they all take. */
function withoutPreparation(measured: Measured): { usage: Usage; inside: number } {
  const { preparationSeconds, preparationCpuSeconds, writingSeconds } = JSON.parse(measured.output) as {
    readonly preparationSeconds: number;
    readonly preparationCpuSeconds: number;
    readonly writingSeconds: number;
  };
  const usage = {
    seconds: measured.seconds - preparationSeconds,
    cpuSeconds: measured.cpuSeconds - preparationCpuSeconds,
    peakMegabytes: Number.NaN,
  };
  return { usage, inside: writingSeconds };
}

/** What two processes took, one after the other. */
function together(one: Usage, other: Usage): Usage {
  return {
    seconds: one.seconds + other.seconds,
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    peakMegabytes: Number.NaN,
  };
}

function timeAlone(seconds: number): Usage {
  return { seconds, cpuSeconds: Number.NaN, peakMegabytes: Number.NaN };
}

function withinMemory({ peakMegabytes }: Usage): Bound {
  return { promise: `< ${MAX_MEGABYTES} MB`, met: peakMegabytes < MAX_MEGABYTES };
}
