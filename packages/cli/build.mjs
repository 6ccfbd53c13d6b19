import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';

// One bundle of the command line with yargs in it: read as it is published, yargs alone takes longer to load than the
// whole help should. What only a command that does something needs, the AWS SDK above all, stays outside, in chunks and
// packages that are loaded on demand.
const { metafile } = await build({
  metafile: true,
  entryPoints: ['src/index.ts', 'src/protection-page/index.ts', 'src/stored-help/index.ts'],
  outbase: 'src',
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
  legalComments: 'none',
  // Reads tables of Unicode, which takes as long as all the rest of the help, to say how wide a text is: ours has plain characters.
  alias: { 'string-width': './build/plain-width.cjs' },
  // Parts of yargs and cli-progress are CommonJS and require Node's own modules. Not by import.meta.url, which a bundle may not have.
  banner: { js: 'const require=process.getBuiltinModule;' },
  // yargs looks there for files that are not in the bundle, and does without them.
  define: { 'import.meta.url': '"file:///cumulus-api"' },
});

await writeFile('dist/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(metafile));
