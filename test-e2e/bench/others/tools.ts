import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { COMMAND } from '../program.ts';

/** A program with its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** How a tool restores what it backed up. */
export interface Restore {
  /** Into a table that does not exist, unless `needsTable`. */
  command(source: string, folder: string, target: string): CommandLine;
  /** Whether the table has to be there. */
  readonly needsTable?: boolean;
}

/** A program that backs a table up to a folder, which exists. */
export interface Tool {
  readonly name: string;
  backup(table: string, folder: string): CommandLine;
  /** From the same folder; undefined if the tool has no way back. */
  readonly restore?: Restore;
  /** The first file with items that a backup writes. */
  firstFile(table: string, folder: string): string;
  /** A file with items of a whole backup. */
  dataFile(table: string, folder: string): string;
}

const OURS: Tool = {
  name: 'cumulus-api',
  backup: (table, folder) => [process.execPath, COMMAND, 'backup', '--table', table, '--directory', folder],
  restore: {
    command: (source, folder, target) => [
      process.execPath,
      ...[COMMAND, 'restore', join(folder, `${source}.json`), '--table', target, '--create-table'],
    ],
  },
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
    restore: {
      command: (source, folder, target) =>
        run('restore', folder, '-s', source, '-d', target, '--noConfirm', '--billingMode', 'PAY_PER_REQUEST'),
    },
    firstFile: (table, folder) => join(folder, table, 'data/0001.json'),
    dataFile: (table, folder) => join(folder, table, 'data/0001.json'),
  };
}

/** `aws dynamodb scan`, whose pages it makes one answer of. It has no command that writes them back. */
const AWS_CLI: Tool = {
  name: 'AWS CLI',
  backup: (table, folder) => [
    'sh',
    ...['-c', 'exec aws dynamodb scan --table-name "$0" --output json > "$1"', table, join(folder, `${table}.json`)],
  ],
  firstFile: (table, folder) => join(folder, `${table}.json`),
  dataFile: (table, folder) => join(folder, `${table}.json`),
};

/**
 * https://github.com/awslabs/dynein, as its help describes it: `--region local` is DynamoDB Local at a port of localhost, whose tables are
 * those of a region of that name.
 */
function dynein(): Tool {
  const { port } = new URL(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '');
  const run = (action: string, table: string, ...args: readonly string[]): CommandLine => [
    ...(['dy', action, '--region', DYNEIN_REGION, '--port', port, '--table', table, '--format', 'jsonl'] as const),
    ...args,
  ];
  const fileOf = (table: string, folder: string): string => join(folder, `${table}.jsonl`);
  return {
    name: 'dynein',
    backup: (table, folder) => run('export', table, '--output-file', fileOf(table, folder)),
    restore: {
      command: (source, folder, target) => run('import', target, '--input-file', fileOf(source, folder)),
      needsTable: true,
    },
    firstFile: fileOf,
    dataFile: fileOf,
  };
}

/** The region under which dynein looks for tables of DynamoDB Local. */
export const DYNEIN_REGION = 'local';

/** The other tools: the program that has to be on the PATH, and how to get it. */
const OTHERS: readonly { program: string; get: string; tool: () => Tool }[] = [
  {
    program: 'dynamodump',
    get: '`pip install dynamodump` in a virtual environment, its `bin` on the PATH',
    tool: dynamodump,
  },
  { program: 'dy', get: "dynein's releases, https://github.com/awslabs/dynein", tool: dynein },
  { program: 'aws', get: '`pip install awscli` in a virtual environment, its `bin` on the PATH', tool: () => AWS_CLI },
];

/** The tools that are on this machine, ours first; `say` takes why another is not. */
export function findTools(say: (line: string) => void): readonly Tool[] {
  const found = OTHERS.filter(({ program, get }) => {
    if (spawnSync(program, ['--version']).error === undefined) return true;
    say(`${program} is left out: it is not on the PATH. ${get}.`);
    return false;
  });
  return [OURS, ...found.map(({ tool }) => tool())];
}
