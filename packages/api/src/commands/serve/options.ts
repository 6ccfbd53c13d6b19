import {
  type CommandOptions,
  deploymentPrefix,
  file,
  flag,
  folder,
  orEnvironment,
  text,
  typedOnly,
  UsageError,
  wholeNumber,
} from '@cumulus/cli';

/** The port that existing clients of a local server know. */
export const DEFAULT_PORT = 5001;

export const DEFAULT_HOST = '127.0.0.1';

/** More requests in progress only wait for each other: those to DynamoDB share 50 connections. */
export const DEFAULT_MAX_REQUESTS = 100;

export const options = {
  port: wholeNumber({
    min: 0,
    defaultDescription: String(DEFAULT_PORT),
    describe: 'The port to listen on; 0 for any free port',
  }),
  host: text({ valueName: 'ADDRESS', defaultDescription: DEFAULT_HOST, describe: 'The address to listen on' }),
  prefix: orEnvironment(
    ['GranulesTable'],
    deploymentPrefix({ defaultDescription: 'tables that the environment names', describe: 'The prefix of the tables' }),
  ),
  'max-requests': wholeNumber({
    min: 1,
    defaultDescription: String(DEFAULT_MAX_REQUESTS),
    describe: 'Limit of requests in progress; others wait up to two seconds, then get 503',
  }),
  local: flag({ describe: 'Start a local DynamoDB, with sample records and a token' }),
  'write-env': file({
    describe: 'With --local: write the settings by which commands of another shell reach this DynamoDB to this file',
  }),
  backups: folder({
    defaultDescription: 'BACKUPS of the environment',
    describe: 'Folder of the backup files that /protection shows, or s3://BUCKET/PREFIX',
  }),
  policy: file({
    defaultDescription: 'PROTECTION_POLICY of the environment',
    describe: 'JSON file that says what must hold at /protection: a path or s3://BUCKET/KEY',
  }),
  'no-auth': typedOnly(flag({ describe: 'Serve without login; only on a loopback address' })),
};

export type ServeOptions = CommandOptions<typeof options>;

/** Options that say where a deployment is, and so have no meaning with one that is started here. */
const WHERE = ['endpoint-url', 'profile', 'region'] as const;

export const alternatives = WHERE.map((name) => ['local', name] as const);

export function check({ port = DEFAULT_PORT, local, 'write-env': environmentFile, ...others }: ServeOptions): void {
  const where = local ? WHERE.find((name) => others[name] !== undefined) : undefined;
  if (where !== undefined)
    throw new UsageError(
      `--local starts a DynamoDB of its own on this machine, so --${where} does not go with it; without --local, --prefix serves a deployment`,
    );
  if (environmentFile !== undefined && !local)
    throw new UsageError('--write-env goes only with --local: it is about the DynamoDB that --local starts');
  if (port > 65_535) throw new UsageError(`--port takes a number up to 65535, not "${port}"`);
}
