import type { Argv } from 'yargs';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { age, flag, tableNames, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

const STATUSES = ['completed', 'failed', 'unknown', 'running'] as const;

export interface CleanOptions extends GlobalOptions {
  readonly prefix: string | undefined;
  readonly table: readonly string[] | undefined;
  /** In milliseconds. */
  readonly 'older-than': number;
  readonly status: readonly (typeof STATUSES)[number][];
  readonly 'system-bucket': string | undefined;
  readonly stack: string | undefined;
  readonly 'dry-run': boolean | undefined;
}

export interface PayloadsOptions extends GlobalOptions {
  readonly file: string;
}

/** `executions` with its commands. */
export const executions: AddCommand = (parser, choose) => {
  parser.command('executions', 'Payloads of executions: clean, payloads', (inner) => {
    for (const add of [clean, payloads]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of executions: clean or payloads');
  });
};

const clean = defineCommand<CleanOptions>({
  name: 'executions clean',
  usage: 'clean',
  describe: 'Remove the payloads of old executions, from the table and from S3; the records stay',
  options: addCleanOptions,
  several: ({ table }) => table !== undefined && table.length !== 1,
  load: async () => (await import('./plan-clean.ts')).planClean,
});

const payloads = defineCommand<PayloadsOptions>({
  name: 'executions payloads',
  usage: 'payloads <file>',
  describe: 'Name the payloads in S3 that the records of a backup point to, which are not in it',
  options: (parser) =>
    parser
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'A backup: a file, - for standard input, or s3://BUCKET/KEY',
      })
      .example('$0 executions payloads backups/prod-ExecutionsTable.json', 'a line s3://BUCKET/KEY for each')
      .example('$0 executions payloads s3://my-backups/prod/prod-ExecutionsTable.json.gz --json', ''),
  several: () => false,
  jsonLines: true,
  load: async () => (await import('./plan-payloads.ts')).planPayloads,
});

function addCleanOptions(parser: Argv<GlobalOptions>): Argv<CleanOptions> {
  return parser
    .options({
      prefix: { ...text('prefix'), describe: 'The prefix of the deployment' },
      table: { ...tableNames('table'), describe: 'Tables of executions by their names, instead' },
      'older-than': {
        ...age('older-than'),
        demandOption: true,
        describe: 'Clean executions that have not changed for so long: 90d, 12w, 36h',
      },
      status: {
        type: 'array',
        requiresArg: true,
        choices: STATUSES,
        default: ['completed', 'failed'] as const,
        describe: 'Clean executions of these',
      },
      'system-bucket': {
        ...text('system-bucket'),
        describe: "The deployment's system bucket, where large payloads lie; without it these are left",
      },
      stack: { ...text('stack'), describe: 'The name of the stack, whose payloads they are (else the prefix)' },
      'dry-run': { ...flag('dry-run'), describe: 'Only count what would be removed' },
    })
    .check(({ prefix, table, 'system-bucket': bucket, stack }) => {
      if ((prefix === undefined) === (table === undefined))
        throw new UsageError('executions clean takes one of --prefix and --table');
      if (bucket !== undefined && prefix === undefined && stack === undefined)
        throw new UsageError('--system-bucket takes --stack where there is no --prefix');
      if (bucket === undefined && stack !== undefined) throw new UsageError('--stack takes --system-bucket');
      return true;
    })
    .example('$0 executions clean --prefix prod --older-than 90d --system-bucket prod-internal --dry-run', '')
    .example('$0 executions clean --prefix prod --older-than 90d --system-bucket prod-internal', 'each night')
    .example('$0 executions clean --prefix prod --older-than 2w --status failed', 'only what lies in the table');
}
