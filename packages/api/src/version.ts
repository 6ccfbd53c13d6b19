import { createRequire } from 'node:module';

/** This package's version. The Lambda bundle, which has no package beside it, gets it when it is made. */
export const VERSION: string =
  process.env['CUMULUS_API_VERSION'] ??
  (createRequire(import.meta.url)('../package.json') as { version: string }).version;
