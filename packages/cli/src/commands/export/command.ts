import type { Argv } from 'yargs';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, type PastTime, pastTime, s3Url, tableNames, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface ExportOptions extends GlobalOptions {
  readonly table: readonly string[] | undefined;
  readonly prefix: string | undefined;
  readonly tables: string | undefined;
  readonly to: string | undefined;
  readonly at: PastTime | undefined;
  readonly arn: string | undefined;
  readonly 'bucket-owner': string | undefined;
  readonly 'kms-key': string | undefined;
  readonly verify: true | undefined;
  readonly 'no-wait': true | undefined;
  readonly 'dry-run': true | undefined;
}

export const exportTables = defineCommand<ExportOptions>({
  name: 'export',
  usage: 'export',
  describe: 'Let DynamoDB write tables to S3, all as they were at one instant',
  options: addOptions,
  several: ({ table, arn }) => arn === undefined && table?.length !== 1,
  load: async () => (await import('./plan.ts')).planExport,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<ExportOptions> {
  return parser
    .options({
      table: { ...tableNames('table'), describe: 'Tables to export' },
      prefix: { ...text('prefix'), describe: 'Export the protected tables of the deployment of this prefix' },
      tables: { ...text('tables'), describe: 'Those of this file, the Terraform output dynamo_tables' },
      to: { ...s3Url('to'), describe: 'Where to, as s3://BUCKET/PREFIX' },
      at: { ...pastTime('at'), describe: 'The instant (else the latest): 2026-01-31T12:00:00Z, or "2 hours ago"' },
      arn: { ...text('arn'), describe: 'Wait for an export that was begun, and check it' },
      'bucket-owner': { ...text('bucket-owner'), describe: 'The account of the bucket, if it is another one' },
      'kms-key': { ...text('kms-key'), describe: 'Id of the KMS key to encrypt the files by (else S3’s own)' },
      verify: { ...flag('verify'), describe: 'Also read every data file, and prove it by its checksum' },
      'no-wait': { ...flag('no-wait'), describe: 'Begin only; wait and check later by --arn' },
      'dry-run': { ...flag('dry-run'), describe: 'Check, and say what would be exported, but begin nothing' },
    })
    .check((options) => {
      const { table, prefix, tables, to, arn, at, verify } = options;
      const given = [table, prefix, tables, arn].filter((value) => value !== undefined);
      if (given.length !== 1) throw new UsageError('export takes one of --table, --prefix, --tables and --arn');
      const noWait = options['no-wait'] === true;
      const dryRun = options['dry-run'] === true;
      if (verify === true && noWait) throw new UsageError('--verify and --no-wait do not go together');
      if (arn === undefined) {
        if (to === undefined) throw new UsageError('export takes --to s3://BUCKET/PREFIX');
      } else if (
        [to, at, options['bucket-owner'], options['kms-key']].some((value) => value !== undefined) ||
        noWait ||
        dryRun
      ) {
        throw new UsageError('--arn goes with --verify only: the export was begun as it is');
      } else if (!/^arn:[^:]+:dynamodb:.+\/.+\/.+$/.test(arn)) {
        throw new UsageError(`--arn takes the ARN of an export, not "${arn}"`);
      }
      return true;
    })
    .example('$0 export --table prod-GranulesTable --to s3://my-bucket/exports', 'as it is now')
    .example('$0 export --prefix prod --to s3://my-bucket/exports --at "2 hours ago"', 'a deployment at one instant');
}
