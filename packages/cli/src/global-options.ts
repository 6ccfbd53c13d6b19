import type { Argv } from 'yargs';
import { text, url } from './option-values.ts';

/** The options that each command has. */
export interface GlobalOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly 'endpoint-url': string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export function addGlobalOptions(parser: Argv): Argv<GlobalOptions> {
  return parser
    .options({
      region: { ...text('region'), describe: 'AWS region (else from the environment or the profile)' },
      profile: { ...text('profile'), describe: 'Profile of the AWS configuration files' },
      'endpoint-url': { ...url('endpoint-url'), describe: 'URL of DynamoDB, for a local one' },
      json: { type: 'boolean', default: false, describe: 'Write the result as JSON to standard output' },
      quiet: { type: 'boolean', default: false, describe: 'Show no progress and no result, only errors and warnings' },
      verbose: { type: 'boolean', default: false, describe: 'Show stack traces and causes of errors' },
    })
    .group(['region', 'profile', 'endpoint-url', 'json', 'quiet', 'verbose', 'help', 'version'], 'Global options:');
}
