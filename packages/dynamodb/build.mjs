import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';
import { threadPrograms } from '../../scripts/thread-programs.mjs';

/**
 * In the bundle, in chunks that are loaded on demand: of the clients of STS, CloudWatch and AWS Backup one, one and two requests are used, 20 KB
 * of 470, 32 of 2000 and 90 of 1600; what encrypts, and what reads other
 * formats, is installed many times as large as what is used of it.
 */
const BUNDLED =
  /^(?:@aws-sdk\/client-(?:backup|cloudwatch|sts)|@noble\/|@scure\/|@smithy\/middleware-compression|age-encryption|fflate|fzstd|ion-js|xxhash-wasm)\b/;

/**
 * Leaves all other packages outside, also those that what is bundled uses.
 * @type {import('esbuild').Plugin}
 */
const packagesOutside = {
  name: 'packages-outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || BUNDLED.test(path) ? undefined : { path, external: true },
    );
  },
};

const { metafile } = await build({
  metafile: true,
  entryPoints: [
    ...['aws', 'tables', 'items', 'storage', 'streams'],
    ...['backup', 'archive', 'recovery', 'rehearsal', 'protection'],
  ].map((folder) => `src/${folder}/index.ts`),
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node20.19',
  plugins: [packagesOutside, threadPrograms],
  chunkNames: 'chunks/[name]-[hash]',
  // Neither minified nor with source maps: stack traces name lines that a user can read.
  legalComments: 'none',
  logLevel: 'warning',
});

await writeFile('dist/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(metafile));
