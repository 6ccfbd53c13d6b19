import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

await rm('dist/lambda/bundle', { recursive: true, force: true });

// Each function is one file, with all that it needs of the AWS SDK: what Lambda brings along may be of any age, and
// reading many files takes longer than all else at a cold start. What is imported on demand is in the file, and is run on
// demand all the same.
await build({
  entryPoints: { api: 'src/lambda/handler.ts', 'private-api': 'src/lambda/private-handler.ts' },
  outdir: 'dist/lambda/bundle',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  // Errors are told apart, and logged, by their names.
  keepNames: true,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  define: { 'process.env.CUMULUS_API_VERSION': JSON.stringify(version) },
  banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
});
