import { createRequire } from 'node:module';

/** This package's version, which is that of all packages here. */
export const VERSION: string = (createRequire(import.meta.url)('@cumulus/api/package.json') as { version: string })
  .version;
