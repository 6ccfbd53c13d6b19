import { builtCommand } from '@cumulus/test-kit/command';

export { type CommandOptions, type Ended, parseRun, resultOf } from '@cumulus/test-kit/command';

const BUILD = new URL('../../../packages/api/dist/', import.meta.url);

/** `cumulus-api` of this repository's build, run by this Node. */
export const {
  run: cumulusApi,
  result: cumulusApiResult,
  results: cumulusApiResults,
  host,
  start,
} = builtCommand({ bin: new URL('../bin/cumulus-api.js', BUILD), module: new URL('bin/main.js', BUILD) });
