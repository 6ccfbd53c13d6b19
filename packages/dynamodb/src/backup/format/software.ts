import { createRequire } from 'node:module';

const { name, version } = createRequire(import.meta.url)('@cumulus/dynamodb/package.json') as {
  name: string;
  version: string;
};

/** This package's name and version, as a manifest says it. */
export const SOFTWARE = `${name} ${version}`;
