import { file, flag, onOff, text, url } from './kinds.ts';
import { type OptionValues, orEnvironment, typedOnly } from './option.ts';

/** The options that each command has. */
export const GLOBAL_OPTIONS = {
  region: orEnvironment(
    ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    text({ valueName: 'REGION', defaultDescription: 'from the environment or the profile', describe: 'AWS region' }),
  ),
  profile: orEnvironment(
    ['AWS_PROFILE', 'AWS_ACCESS_KEY_ID'],
    text({ valueName: 'PROFILE', describe: 'Profile of the AWS configuration files' }),
  ),
  'endpoint-url': orEnvironment(
    ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL'],
    url({ describe: "URL of DynamoDB, if it is not AWS's" }),
  ),
  config: typedOnly(
    file({
      defaultDescription: 'the nearest cumulus-api.config.json',
      describe: 'File with options for every run',
    }),
  ),
  'no-config': typedOnly(flag({ describe: 'Use no config file' })),
  json: onOff({ describe: 'Write the results to standard output as one JSON object' }),
  'json-lines': onOff({
    describe: 'Write each result as a line of JSON when it is ready',
  }),
  quiet: onOff({ describe: 'Show only errors and warnings' }),
  verbose: onOff({ describe: 'Show the AWS identity in use, and stack traces and causes of errors' }),
};

export type GlobalOptions = OptionValues<typeof GLOBAL_OPTIONS>;

/** Those that do not go together. */
export const GLOBAL_ALTERNATIVES: readonly (readonly string[])[] = [['json', 'json-lines']];
