import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * `node scripts/production-tree.mjs FOLDER` puts the command into a folder: the packages as they are built, and what they depend on, in the
 * versions of the lock file. The packages of this repository are linked, so no registry is asked for one of their names.
 */

/** What `@cumulus/api` is made of. */
const PACKAGES = ['dynamodb', 'models', 'cli', 'api'].map((name) => `packages/${name}`);
/** What runs of a package. */
const PARTS = ['bin', 'dist', 'LICENSE', 'README.md'];
/** What only compilers and debuggers read is more than half of all files. */
const NOT_RUN = /\.(map|[cm]?ts)$/;
/** Optional for those who install the package, but nobody can add it to an image. */
const WITH_LOGIN_AT_LAUNCHPAD = '@node-saml/node-saml';

const root = join(import.meta.dirname, '..');
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node scripts/production-tree.mjs FOLDER');

for (const name of PACKAGES) {
  if (!existsSync(join(root, name, 'dist'))) throw new Error(`${name} is not built: run npm ci && npm run build first`);
  const { devDependencies: _, ...manifest } = readManifest(name);
  const { [WITH_LOGIN_AT_LAUNCHPAD]: login } = manifest.peerDependencies ?? {};
  const dependencies = { ...manifest.dependencies, ...(login && { [WITH_LOGIN_AT_LAUNCHPAD]: login }) };
  mkdirSync(join(folder, name), { recursive: true });
  writeManifest(name, { ...manifest, dependencies });
  for (const part of PARTS.filter((each) => existsSync(join(root, name, each)))) {
    cpSync(join(root, name, part), join(folder, name, part), { recursive: true, filter: isOfTheCommand });
  }
}
const { name, version, license, engines, overrides } = readManifest('.');
writeManifest('.', { name, version, private: true, license, engines, workspaces: PACKAGES, overrides });
for (const file of ['LICENSE', '.npmrc', 'package-lock.json']) cpSync(join(root, file), join(folder, file));

execFileSync('npm', ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], {
  cwd: folder,
  stdio: 'inherit',
});
for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  // The packages are there twice: in their folder, and linked.
  if (NOT_RUN.test(file)) rmSync(join(folder, file), { force: true });
}

/** The functions for AWS Lambda are not; what the page of the API loads lies beside them. */
function isOfTheCommand(/** @type {string} */ path) {
  return !(path.includes(join('dist', 'lambda', 'bundle')) && path.endsWith('.mjs'));
}

function readManifest(/** @type {string} */ name) {
  return JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'));
}

function writeManifest(/** @type {string} */ name, /** @type {object} */ manifest) {
  writeFileSync(join(folder, name, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
