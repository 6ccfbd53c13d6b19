import { builtCommand } from '@cumulus/test-kit/command';

export { type Ended, resultOf } from '@cumulus/test-kit/command';

/** The commands of this package's build. */
export const {
  run: cumulusApi,
  runJson: cumulusApiJson,
  start,
  host,
} = builtCommand({
  bin: new URL('bin.mjs', import.meta.url),
  module: new URL('../dist/index.js', import.meta.url),
});
