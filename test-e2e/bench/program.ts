import { fileURLToPath } from 'node:url';

/** The built command. */
export const COMMAND = fileURLToPath(new URL('bin/cumulus-api.js', import.meta.resolve('@cumulus/api/package.json')));

/** Another program of the benchmark, built beside this one. */
export function program(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}
