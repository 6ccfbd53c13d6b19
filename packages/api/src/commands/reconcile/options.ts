import {
  type CommandOptions,
  checkS3Options,
  deploymentPrefix,
  file,
  files,
  oneOf,
  onlyToS3,
  type RawValues,
  required,
  s3FileOptions,
  text,
  texts,
  UsageError,
  wholeNumber,
} from '@cumulus/cli';

export const options = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  'system-bucket': text({
    valueName: 'BUCKET',
    describe: "The deployment's system bucket, which lists its buckets",
  }),
  stack: text({ valueName: 'NAME', defaultDescription: 'the prefix', describe: 'Name of the stack' }),
  bucket: texts({
    valueName: 'BUCKET',
    describe: 'A bucket to compare; may be given several times',
    defaultDescription: 'the private, protected and public ones of the deployment',
  }),
  inventory: files({ describe: 'The manifest.json of an S3 inventory, a path or s3:// URL, in place of a listing' }),
  collection: texts({
    valueName: 'NAME___VERSION',
    describe: 'Only granules of this collection, NAME___VERSION; may be given several times',
  }),
  location: oneOf(['all', 's3', 'cmr'], {
    describe: 'What to compare with the tables; CMR needs its settings in the environment',
    default: 'all',
  }),
  report: file({ describe: 'Write the report to this file, or s3://BUCKET/KEY' }),
  ...s3FileOptions,
  'max-read-units': wholeNumber({ describe: 'Limit of read capacity units per second' }),
};

export type ReconcileCommandOptions = CommandOptions<typeof options>;

const comparesFiles = ({ location }: RawValues): boolean => location !== 'cmr';

export const appliesIf = {
  ...onlyToS3(({ report }) => String(report).startsWith('s3://')),
  bucket: comparesFiles,
  inventory: comparesFiles,
};

export function check(chosen: ReconcileCommandOptions): void {
  const { bucket, inventory, location, report } = chosen;
  checkS3Options(chosen, report?.startsWith('s3://') ? undefined : '--report s3://BUCKET/KEY');
  const hasBuckets = bucket !== undefined || inventory !== undefined;
  if (location === 'cmr' && hasBuckets)
    throw new UsageError('reconcile --location cmr takes no --bucket and no --inventory');
  if (location !== 'cmr' && !hasBuckets && chosen['system-bucket'] === undefined)
    throw new UsageError('reconcile takes --system-bucket, or the buckets by --bucket or --inventory');
}
