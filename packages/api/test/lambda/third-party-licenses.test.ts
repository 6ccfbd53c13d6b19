import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));
const BUNDLES = join(REPOSITORY, 'packages/api/dist/lambda/bundle');
const LICENSES = readFileSync(join(BUNDLES, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
const NAMED = namedIn(LICENSES);

/** Packages that only bundles use, so that nobody installs them: of the functions and the command, and of one of them alone. */
const BUNDLED = ['@aws-sdk/client-cloudwatch-logs', '@aws-sdk/client-eventbridge'];
BUNDLED.push('csv-stringify', 'hono', 'jose', 'oauth4webapi');
const BUNDLED_IN_FUNCTIONS = [...BUNDLED, '@aws-lambda-powertools/metrics'];
const BUNDLED_IN_THE_COMMAND = [...BUNDLED, '@hono/node-server'];

/** The packages that a file of licences names, with their versions. */
function namedIn(licenses: string): ReadonlySet<string | undefined> {
  return new Set([...licenses.matchAll(/^(\S+ \d\S*) \([\w. ()-]+\)$/gm)].map(([, named]) => named));
}

/** Dependencies that are not in the command's bundle: those of the functions alone, and what is loaded only where it is installed. */
const NOT_IN_THE_COMMAND = new Set(['@aws-lambda-powertools/batch', '@node-saml/node-saml']);

interface Package {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly dependencies: readonly string[];
  /** Further ones that can be in its own bundle. */
  readonly bundled: readonly string[];
}

function readPackage(folder: string): Package {
  const read = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, dependencies = {}, peerDependencies = {}, devDependencies = {} } = read;
  const isOurs = folder.startsWith(join(REPOSITORY, 'packages')) && !folder.includes('node_modules');
  // Those that only some deployments install are in the bundles all the same.
  const needed = isOurs ? { ...dependencies, ...peerDependencies } : dependencies;
  const bundled = isOurs ? devDependencies : {};
  return { name, version, folder, dependencies: Object.keys(needed), bundled: Object.keys(bundled) };
}

/** Finds a package as Node does, in the folders above the one that needs it. */
function resolvePackage(name: string, from: string): Package {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return readPackage(found);
    if (folder === dirname(folder)) throw new Error(`${name} is not installed.`);
  }
}

/** The packages of others that these and their dependencies need. */
function closureOf(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const found = new Map<string, Package>();
  const open = [...packages];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const needed = [...next.dependencies, ...next.bundled].filter((name) => !name.startsWith('@cumulus/'));
    for (const dependency of needed) {
      const resolved = resolvePackage(dependency, next.folder);
      const key = `${resolved.name} ${resolved.version}`;
      if (!found.has(key)) open.push(resolved);
      found.set(key, resolved);
    }
  }
  return found;
}

/** The packages that Scalar's files have in them, as its bundler notes them; their releases need not be those that are installed. */
function bundledBefore(packages: Iterable<Package>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { folder } of [...packages].filter(({ name }) => name.startsWith('@scalar/'))) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.js') || file.includes('browser')) continue;
      const text = readFileSync(join(folder, file), 'utf8');
      for (const [, pnpm = ''] of text.matchAll(/^\/\/#region .*\/\.pnpm\/([^/]+)\//gm)) {
        const [, name = '', version] = /^(.[^@]*)@([\d.]+)/.exec(pnpm) ?? [];
        found.add(`${name.replace('+', '/')} ${version}`);
      }
    }
  }
  return found;
}

const API = readPackage(join(REPOSITORY, 'packages/api'));
const OURS = [API, ...['models', 'dynamodb'].map((name) => readPackage(join(REPOSITORY, 'packages', name)))];

describe('the licences beside the functions’ bundles', () => {
  test('name each package that the functions depend on, in its installed version', () => {
    const direct = OURS.flatMap(({ dependencies, folder }) =>
      dependencies.filter((name) => !name.startsWith('@cumulus/')).map((name) => resolvePackage(name, folder)),
    );
    direct.push(...BUNDLED_IN_FUNCTIONS.map((name) => resolvePackage(name, API.folder)));
    expect(direct.length).toBeGreaterThan(10);
    expect(direct.map(({ name, version }) => `${name} ${version}`).filter((named) => !NAMED.has(named))).toEqual([]);
  });

  test('name only what the packages need, and hold the text of each licence', () => {
    const closure = closureOf(OURS);
    const inScalar = bundledBefore(closure.values());
    expect(inScalar.size).toBeGreaterThan(20);
    expect([...inScalar].filter((named) => !NAMED.has(named))).toEqual([]);
    expect([...NAMED].filter((named) => !closure.has(String(named)) && !inScalar.has(String(named)))).toEqual([]);
    const byName = new Map([...closure.values()].map((found) => [found.name, found]));
    for (const named of NAMED) {
      const { folder = '' } = closure.get(String(named)) ?? byName.get(String(named).split(' ')[0] ?? '') ?? {};
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file !== undefined) expect(LICENSES).toContain(readFileSync(join(folder, file), 'utf8').trim());
    }
  });

  test('are in each zip file that docs/how-to/deploy-api.md makes', () => {
    const zips = readFileSync(join(REPOSITORY, 'docs/how-to/deploy-api.md'), 'utf8').match(/^.*\bzip -.*$/gm) ?? [];
    expect(zips.length).toBeGreaterThan(0);
    for (const zip of zips) expect(zip).toMatch(/\/dist\/lambda\/bundle\/\*$/);
  });
});

describe('the licences beside the command’s bundle', () => {
  const named = namedIn(readFileSync(join(REPOSITORY, 'packages/api/dist/bin/THIRD-PARTY-LICENSES.txt'), 'utf8'));
  const ours = [...OURS, readPackage(join(REPOSITORY, 'packages/cli'))];

  test('name each package that the command depends on, in its installed version', () => {
    const direct = ours.flatMap(({ dependencies, folder }) =>
      dependencies
        .filter((name) => !name.startsWith('@cumulus/') && !NOT_IN_THE_COMMAND.has(name))
        .map((name) => resolvePackage(name, folder)),
    );
    direct.push(...BUNDLED_IN_THE_COMMAND.map((name) => resolvePackage(name, API.folder)));
    expect(direct.map(({ name, version }) => `${name} ${version}`).filter((one) => !named.has(one))).toEqual([]);
    expect([...named].filter((one) => one?.startsWith('yargs '))).toHaveLength(1);
  });

  test('name only what the packages need', () => {
    const closure = closureOf(ours);
    expect([...named].filter((one) => !closure.has(String(one)))).toEqual([]);
  });
});
