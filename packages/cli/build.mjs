import { rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';

/**
 * What yargs imports and its use here does not need: the one reads the tables of Unicode to tell how wide a text is,
 * and ours is ASCII; the other's checks are of yargs itself. Both take longer to load than all the rest.
 */
const replacements = { 'string-width': 'build/ascii-width.mjs', assert: 'build/assert.mjs' };

/** @type {import('esbuild').Plugin} */
const lighten = {
  name: 'lighten-yargs',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(string-width|assert)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path: fileURLToPath(new URL(replacements[path], import.meta.url)) } : undefined,
    );
  },
};

// Chunks of an earlier build have other names, and would be packed as well.
await rm('dist/chunks', { recursive: true, force: true });

// One bundle of the command line with yargs in it: read as it is published, yargs alone takes longer to load than the
// whole help should. What only a command that does something needs, the AWS SDK above all, stays outside, in chunks and
// packages that are loaded on demand.
const { metafile } = await build({
  metafile: true,
  entryPoints: ['src/index.ts'],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['@aws-sdk/*', '@cumulus/*'],
  chunkNames: 'chunks/[name]-[hash]',
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: 'none',
  plugins: [lighten],
  // Parts of yargs and cli-progress are CommonJS and require Node's own modules.
  banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
});

await writeFile('dist/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(metafile));
