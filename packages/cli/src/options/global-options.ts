import { onOff, text, url } from './kinds.ts';
import type { OptionValues } from './option.ts';

/** The options that each command has. */
export const GLOBAL_OPTIONS = {
  region: text({ describe: 'AWS region (else from the environment or the profile)' }),
  profile: text({ describe: 'Profile of the AWS configuration files' }),
  'endpoint-url': url({ describe: 'URL of DynamoDB, for a local one' }),
  json: onOff({ describe: 'Write the result as JSON to standard output' }),
  quiet: onOff({ describe: 'Show no progress and no result, only errors and warnings' }),
  verbose: onOff({ describe: 'Show whose AWS credentials are used, and stack traces and causes of errors' }),
};

export type GlobalOptions = OptionValues<typeof GLOBAL_OPTIONS>;
