import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
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
      contents: (await readFile(path, 'utf8'))
        .replaceAll('import.meta.url', '"file:///cumulus-api"')
        // Whoever bundles this bundle to ES modules has to put a line with this name before it.
        .replaceAll('createRequire', 'requireFrom')
        .replaceAll('import { requireFrom }', 'import { createRequire as requireFrom }'),
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

/** What most commands load: all that a backup and a restore do, of which the others use the greater part. */
const COMMON = ['run-command.ts', 'commands/backup/run.ts', 'commands/restore/run.ts'];

/**
 * Puts what most commands load into one file. esbuild makes a file for each combination of imports on demand that share a module: 85 files
 * for a backup, which Node takes longer to find, read and link than to compile. If all of these imports share all of this,
 * it is one combination.
 * @param {import('esbuild').Metafile} metafile of the same build without this plugin, which says what is imported on demand
 * @returns {import('esbuild').Plugin}
 */
function commonInOneFile({ outputs, inputs }) {
  const onDemand = new Set(
    Object.values(outputs).flatMap(({ entryPoint = '' }) => {
      // What completes words by the key Tab needs little of it, and is to answer at once.
      const needsAll = inputs[entryPoint]?.format === 'esm' && !/src.(index|completion)\b/.test(entryPoint);
      return needsAll ? [resolve(entryPoint)] : [];
    }),
  );
  return {
    name: 'common-in-one-file',
    setup: ({ onLoad, onResolve }) => {
      onLoad({ filter: /\.[jt]s$/ }, async ({ path }) =>
        onDemand.has(path)
          ? {
              contents: `import 'common';\n${await readFile(path, 'utf8')}`,
              loader: path.endsWith('.ts') ? 'ts' : 'js',
            }
          : undefined,
      );
      onResolve({ filter: /^common$/ }, ({ path }) => ({ path, namespace: 'build', sideEffects: true }));
      onLoad({ filter: /./, namespace: 'build' }, () => ({
        contents: COMMON.map((path) => `import './${path}';`).join('\n'),
        resolveDir: BUNDLING.alias['@cumulus/cli'],
      }));
    },
  };
}

/** @type {import('esbuild').BuildOptions} */
const options = {
  ...BUNDLING,
  outdir: 'dist/bin',
  // Packages of CommonJS require Node's own modules, and do without others.
  banner: { js: 'const require=process.getBuiltinModule;' },
};

// The command with all packages that it is made of, in few files: to read those of the packages, the AWS SDK's above all, takes
// longer than the backup of a small table. What is imported on demand is in files of its own, which are loaded on demand.
/** @type {import('esbuild').BuildOptions} */
const ofCommand = {
  ...options,
  entryPoints: { index: 'src/index.ts' },
  splitting: true,
  chunkNames: '[name]-[hash]',
  // Installed only where what they do is needed; the first only if something else needs it.
  external: ['supports-color', '@cumulus/local', '@node-saml/node-saml'],
  alias: { ...BUNDLING.alias, 'string-width': '../cli/build/plain-width.cjs' },
  plugins: [...BUNDLING.plugins, nothingBesideYargs],
};
const first = await build({ ...ofCommand, metafile: true, write: false });
const { metafile } = await build({
  ...ofCommand,
  metafile: true,
  plugins: [commonInOneFile(first.metafile), ...BUNDLING.plugins, nothingBesideYargs],
  // Nothing is used of the imports that the plugin adds.
  logOverride: { 'ignored-bare-import': 'silent' },
});
await writeFile('dist/bin/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(metafile));

// One file, since each takes time to open. It takes the place of what the compiler wrote.
await build({
  ...options,
  entryPoints: { main: 'src/bin/main.ts' },
  allowOverwrite: true,
  plugins: [leaveTheCommandOut],
});
