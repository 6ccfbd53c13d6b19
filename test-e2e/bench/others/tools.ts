import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { COMMAND } from '../program.ts';

/** A program with its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** A program that backs a table up to a folder and restores it from there. */
export interface Tool {
  readonly name: string;
  backup(table: string, folder: string): CommandLine;
  /** Into a table that does not exist. */
  restore(source: string, folder: string, target: string): CommandLine;
  /** The first file with items that a backup writes. */
  firstFile(table: string, folder: string): string;
  /** A file with items of a whole backup. */
  dataFile(table: string, folder: string): string;
}

const OURS: Tool = {
  name: 'cumulus-api',
  backup: (table, folder) => [process.execPath, COMMAND, 'backup', '--table', table, '--directory', folder],
  restore: (source, folder, target) => [
    process.execPath,
    ...[COMMAND, 'restore', join(folder, `${source}.json`), '--table', target, '--create-table'],
  ],
  firstFile: (table, folder) => join(folder, `${table}.json.partial`),
  dataFile: (table, folder) => join(folder, `${table}.json`),
};

/** https://github.com/bchew/dynamodump */
function dynamodump(): Tool {
  const { hostname, port } = new URL(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
  const run = (mode: string, folder: string, ...args: readonly string[]): CommandLine => [
    'dynamodump',
    ...['-m', mode, '-r', process.env['AWS_REGION'] ?? '', '--host', hostname, '--port', port],
    ...['--accessKey', process.env['AWS_ACCESS_KEY_ID'] ?? '', '--secretKey', 'local', '--dumpPath', folder],
    ...['--log', 'ERROR', ...args],
  ];
  return {
    name: 'dynamodump',
    backup: (table, folder) => run('backup', folder, '-s', table),
    restore: (source, folder, target) =>
      run('restore', folder, '-s', source, '-d', target, '--noConfirm', '--billingMode', 'PAY_PER_REQUEST'),
    firstFile: (table, folder) => join(folder, table, 'data/0001.json'),
    dataFile: (table, folder) => join(folder, table, 'data/0001.json'),
  };
}

/** The tools that are on this machine, ours first; `say` takes why another is not. */
export function findTools(say: (line: string) => void): readonly Tool[] {
  if (spawnSync('dynamodump', ['--help']).error === undefined) return [OURS, dynamodump()];
  say(
    'dynamodump is left out: it is not on the PATH. `pip install dynamodump` in a virtual environment, its `bin` on the PATH.',
  );
  return [OURS];
}
