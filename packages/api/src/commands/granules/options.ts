import {
  deploymentPrefix,
  file,
  flag,
  orEnvironment,
  positional,
  required,
  text,
  texts,
  UsageError,
} from '@cumulus/cli';

/** The deployment, for all commands of the group. */
export const deploymentOptions = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  'system-bucket': orEnvironment(
    ['system_bucket'],
    text({
      valueName: 'BUCKET',
      defaultDescription: 'system_bucket of the environment',
      describe: "The deployment's system bucket, where operations keep their lists",
    }),
  ),
  stack: text({ valueName: 'NAME', defaultDescription: 'the prefix', describe: 'Name of the stack' }),
};

/** Which granules. */
export const granuleOptions = {
  id: positional(texts({ valueName: 'ID', describe: 'Ids of granules' })),
  'ids-from': file({ describe: 'A file with an id on each line; - for standard input' }),
  filter: texts({
    valueName: 'FIELD=VALUE',
    describe: 'Granules of a list, by its parameters: status=failed, timestamp__from=2030-01-31; each must match',
  }),
  query: text({ valueName: 'QUERY', describe: "Granules that a query finds, in the syntax of the API's parameter q" }),
  ...deploymentOptions,
  'dry-run': flag({ describe: 'Only show how many granules there are, and which ids do not exist' }),
};

/** Granules by their ids, or those of a list. */
export const granuleAlternatives = [
  ['id', 'filter'],
  ['id', 'query'],
  ['ids-from', 'filter'],
  ['ids-from', 'query'],
] as const;

/** The fields of a result of all commands of the group. */
export const GRANULE_FIELDS = [
  'table',
  'state',
  'asyncOperationId',
  'granules',
  'absent',
  'total',
  'done',
  'failed',
  'failures',
  'failuresAt',
];

/** How workflows are started. */
export const workflowOptions = {
  meta: text({ valueName: 'JSON', describe: 'JSON object to merge into meta of each message' }),
  'queue-name': text({ valueName: 'NAME', describe: 'Start them from this queue of the deployment' }),
  'queue-url': text({ valueName: 'URL', describe: 'Start them from the queue with this URL' }),
};

export const workflowAlternatives = [['queue-name', 'queue-url']] as const;

export interface GranuleOptions {
  readonly id: readonly string[] | undefined;
  readonly 'ids-from': string | undefined;
  readonly filter: readonly string[] | undefined;
  readonly query: string | undefined;
}

/** @throws UsageError unless granules are meant, in one way */
export function checkGranules({ id = [], 'ids-from': file, filter = [], query }: GranuleOptions): void {
  const byIds = id.length > 0 || file !== undefined;
  const byFilters = filter.length > 0 || query !== undefined;
  if (byIds && byFilters) throw new UsageError('granules are given by their ids, or by --filter and --query, not both');
  if (!byIds && !byFilters) throw new UsageError('takes ids of granules, --ids-from, --filter or --query');
  for (const each of filter)
    if (!/^[^=]+=/.test(each)) throw new UsageError(`--filter takes FIELD=VALUE, not "${each}"`);
}
