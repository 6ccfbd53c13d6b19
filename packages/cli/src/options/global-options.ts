import { file, flag, onOff, text, url } from './kinds.ts';
import { type OptionValues, orEnvironment, typedOnly } from './option.ts';

/** The options that each command has. */
export const GLOBAL_OPTIONS = {
  region: orEnvironment(
    ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    text({ valueName: 'REGION', describe: 'AWS region (else from the environment or the profile)' }),
  ),
  profile: orEnvironment(
    ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'],
    text({ valueName: 'PROFILE', describe: 'Profile of the AWS configuration files' }),
  ),
  'endpoint-url': orEnvironment(
    ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'],
    url({ describe: 'URL of DynamoDB, for a local one' }),
  ),
  config: typedOnly(
    file({
      defaultDescription: 'the nearest cumulus-api.config.json',
      describe: 'A file with options that are always the same',
    }),
  ),
  'no-config': typedOnly(flag({ describe: 'Take options from no file' })),
  json: onOff({ describe: 'Write the results as one object of JSON to standard output' }),
  'json-lines': onOff({
    describe: 'Write each result as a line of JSON, as it comes, and the rest of that object last',
  }),
  quiet: onOff({ describe: 'Show no progress and no result, only errors and warnings' }),
  verbose: onOff({ describe: 'Show whose AWS credentials are used, and stack traces and causes of errors' }),
};

export type GlobalOptions = OptionValues<typeof GLOBAL_OPTIONS>;

/** Those that do not go together. */
export const GLOBAL_ALTERNATIVES: readonly (readonly string[])[] = [['json', 'json-lines']];
