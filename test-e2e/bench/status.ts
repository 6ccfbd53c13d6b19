import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { enterEnvironment } from '@cumulus/local';
import type { BenchTables } from './bench-tables.ts';
import { atMost, formatTable, medianUsage, type Row } from './figures.ts';
import { measure, type Usage } from './measure.ts';
import { COMMAND } from './program.ts';
import { say } from './say.ts';

/** What `status` of twelve tables is promised to take, in seconds. */
const MAX_SECONDS = 2;

/** Of each table, as after a month of dated backups. */
const DATED_BACKUPS = 30;

const BUCKET = 'bench-status';

export interface StatusBenchOptions {
  readonly tables: BenchTables;
  /** What is measured, in words. */
  readonly server: string;
  readonly directory: string;
  readonly runs: number;
  /** Where moto is; undefined where this machine has none. */
  readonly moto: string | undefined;
}

/** How long `status` of a deployment's twelve tables takes: with backups on disk, with a month of them, and all of it in moto. */
export async function reportStatus({ tables, server, directory, runs, moto }: StatusBenchOptions): Promise<void> {
  const { prefix } = tables;
  const backups = join(directory, 'status');
  // All is found out, and nothing has to hold: so the command ends well.
  const policy = join(directory, 'policy.json');
  await writeFile(policy, JSON.stringify(NOTHING_REQUIRED));
  for (const name of [...TABLE_NAMES, 'RecordCountsTable']) tables.names.add(`${prefix}-${name}`);
  const status = async (from: string): Promise<Usage> => {
    const all: Usage[] = [];
    for (let run = 1; run <= runs; run += 1) {
      say(`Status, run ${run} of ${runs}`);
      all.push(await measure([COMMAND, 'status', '--prefix', prefix, '--backups', from, '--policy', policy, '--json']));
    }
    return medianUsage(all);
  };
  const rows: Row[] = [];
  const add = (name: string, usage: Usage): void => {
    rows.push({ name, usage, bounds: [atMost(MAX_SECONDS, usage.seconds, 's')] });
  };
  await measure([COMMAND, 'tables', 'create', '--prefix', prefix]);
  await measure([COMMAND, 'backup', '--prefix', prefix, '--directory', backups, '--verify']);
  add('a backup of each table on disk', await status(backups));
  await addDatedBackups(backups);
  add(`${DATED_BACKUPS + 1} backups of each table on disk`, await status(backups));
  if (moto !== undefined) add('tables and backups in moto', await inMoto(moto, prefix, status));
  process.stdout.write(`
status of 12 tables, ${runs} runs, medians
Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ${server}; load ${loadavg()[0]?.toFixed(1)}

${formatTable(rows)}
`);
}

const NOTHING_REQUIRED = {
  deployment: { rehearsal: 'off' },
  tables: {
    '*': Object.fromEntries(
      [
        'exists',
        'pointInTime',
        'deletionProtection',
        'encryption',
        'stream',
        'backup',
        'proof',
        'backupSize',
        'onDemand',
        'export',
      ].map((check) => [check, 'off']),
    ),
  },
};

/** Copies each backup to the names of as many days. */
async function addDatedBackups(folder: string): Promise<void> {
  const files = (await readdir(folder)).filter((name) => /Table\.json(?:\.manifest\.json)?$/.test(name));
  for (const name of files) {
    for (let day = 1; day <= DATED_BACKUPS; day += 1) {
      const stamp = `202611${String(day).padStart(2, '0')}T000000Z`;
      await copyFile(join(folder, name), join(folder, name.replace('Table.json', `Table.${stamp}.json`)));
    }
  }
}

async function inMoto(moto: string, prefix: string, status: (from: string) => Promise<Usage>): Promise<Usage> {
  const { AWS_ENDPOINT_URL_DYNAMODB: usual } = process.env;
  enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: moto, AWS_ENDPOINT_URL: moto });
  try {
    await fetch(`${moto}/${BUCKET}`, { method: 'PUT' });
    await measure([COMMAND, 'tables', 'create', '--prefix', prefix]);
    await measure([COMMAND, 'backup', '--prefix', prefix, '--to', `s3://${BUCKET}`, '--verify']);
    return await status(`s3://${BUCKET}`);
  } finally {
    enterEnvironment({ AWS_ENDPOINT_URL_DYNAMODB: usual, AWS_ENDPOINT_URL: undefined });
  }
}
