import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';
import { buildApiReference } from './build/api-reference.mjs';

/**
 * The messages of zod in other languages, which nothing here asks for, are a tenth of each file and more.
 * @type {import('esbuild').Plugin}
 */
const leaveLanguagesOut = {
  name: 'leave-languages-out',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod.v4.locales.index\.js$/ }, () => ({ contents: "export { default as en } from './en.js';" }));
  },
};

// A function is one file, or two, with the parts of the AWS SDK that it needs: Lambda's own may be of any age, and reading many
// files takes most of a cold start. Modules that are imported on demand are in the file too, and still run on demand.
/** @type {import('esbuild').BuildOptions} */
const options = {
  metafile: true,
  outdir: 'dist/lambda/bundle',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minify: true,
  // Errors are recognized, and logged, by their names.
  keepNames: true,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  // The first is only there if something else needs it; the library that asks for it does without. Only the function that archives encrypts.
  external: ['supports-color', 'age-encryption'],
  // From their sources, so that only what is used comes in.
  alias: { '@cumulus/cli': '../cli/src', '@cumulus/dynamodb': '../dynamodb/src', '@cumulus/models': '../models/src' },
  plugins: [leaveLanguagesOut],
  banner: { js: "import{createRequire as nodeRequire}from'node:module';const require=nodeRequire(import.meta.url);" },
};

const { metafile: withLogin } = await build({ ...options, entryPoints: { api: 'src/lambda/handler.ts' } });
const { metafile: archive } = await build({
  ...options,
  entryPoints: { 'archive-changes': 'src/lambda/archive-changes.ts' },
  external: ['supports-color'],
});
const { metafile: withoutLogin } = await build({
  ...options,
  entryPoints: {
    'private-api': 'src/lambda/private-handler.ts',
    'record-functions': 'src/lambda/record-functions.ts',
    // All of them, since most of each is what starts a workflow.
    'rule-functions': 'src/lambda/rule-functions.ts',
  },
  // Nobody logs in at these.
  external: [...(options.external ?? []), '@node-saml/node-saml'],
});

// Each its own file, for its handler's name; what they do is in the file of all of them, beside these.
await build({
  ...options,
  entryPoints: {
    'count-records': 'src/lambda/count-records.ts',
    'record-execution-events': 'src/lambda/record-execution-events.ts',
    'record-failed-events': 'src/lambda/record-failed-events.ts',
  },
  banner: {},
  plugins: [
    {
      name: 'leave-the-functions-out',
      setup: ({ onResolve }) => {
        const filter = /^\.\/record-functions\.ts$/;
        onResolve({ filter }, () => ({ path: './record-functions.mjs', external: true }));
      },
    },
  ],
});

// Beside the functions, so that it is in their zip file; the command serves it from there too.
const page = await buildApiReference({ folder: 'dist/lambda/bundle', plugins: [leaveLanguagesOut] });

const inputs = { ...withLogin.inputs, ...archive.inputs, ...withoutLogin.inputs, ...page.inputs };
await writeFile(
  'dist/lambda/bundle/THIRD-PARTY-LICENSES.txt',
  await thirdPartyLicenses({ ...withLogin, inputs }, page.bundledBefore),
);
