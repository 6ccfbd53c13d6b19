import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';
import { BUNDLING } from './build/bundling.mjs';

/**
 * yargs and its parser look beside their own files for what is not in the bundle, and do without it. Where somebody bundles this bundle
 * to CommonJS, they would not even know where they are.
 * @type {import('esbuild').Plugin}
 */
const nothingBesideYargs = {
  name: 'nothing-beside-yargs',
  setup: ({ onLoad }) => {
    onLoad({ filter: /yargs.lib.platform-shims.esm\.mjs$|yargs-parser.build.lib.index\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', '"file:///cumulus-api"'),
    }));
  },
};

/**
 * What answers at once loads the rest of the command only if it is needed.
 * @type {import('esbuild').Plugin}
 */
const leaveTheCommandOut = {
  name: 'leave-the-command-out',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\.\/run\.ts$/ }, () => ({ path: './index.js', external: true }));
  },
};

/** @type {import('esbuild').BuildOptions} */
const options = {
  ...BUNDLING,
  outdir: 'dist/bin',
  // Packages of CommonJS require Node's own modules, and do without others.
  banner: { js: 'const require=process.getBuiltinModule;' },
};

// The command with all packages that it is made of, in few files: to read those of the packages, the AWS SDK's above all, takes
// longer than the backup of a small table. What is imported on demand is in files of its own, which are loaded on demand.
const { metafile } = await build({
  ...options,
  entryPoints: { index: 'src/index.ts' },
  splitting: true,
  chunkNames: '[name]-[hash]',
  // Installed only where what they do is needed; the first only if something else needs it.
  external: ['supports-color', '@cumulus/local', '@node-saml/node-saml'],
  alias: { ...BUNDLING.alias, 'string-width': '../cli/build/plain-width.cjs' },
  plugins: [...BUNDLING.plugins, nothingBesideYargs],
});
await writeFile('dist/bin/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(metafile));

// One file, since each takes time to open. It takes the place of what the compiler wrote.
await build({
  ...options,
  entryPoints: { main: 'src/bin/main.ts' },
  allowOverwrite: true,
  plugins: [leaveTheCommandOut],
});
