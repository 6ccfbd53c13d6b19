import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.mjs';
import { buildApiReference } from './build/api-reference.mjs';
import { BUNDLING, leaveLanguagesOut, lightFetchClasses } from './build/bundling.mjs';
import { bundleOnDemand } from './build/on-demand.mjs';

// A function is one file, or two, with the parts of the AWS SDK that it needs: Lambda's own may be of any age, and reading many
// files takes most of a cold start. Modules that are imported on demand are in the file too, and are compiled and run on demand.
const options = {
  ...BUNDLING,
  outdir: 'dist/lambda/bundle',
  outExtension: { '.js': '.mjs' },
  // The first is only there if something else needs it; the library that asks for it does without. Only the function that archives encrypts.
  external: ['supports-color', 'age-encryption'],
  plugins: [...BUNDLING.plugins, lightFetchClasses],
  banner: { js: "const require=process.getBuiltinModule('module').createRequire(import.meta.url);" },
};

// Nobody logs in at these.
const withoutLogin = { ...options, external: [...options.external, '@node-saml/node-saml'] };
const metafiles = await Promise.all([
  bundleOnDemand(options, 'api', 'src/lambda/handler.ts'),
  bundleOnDemand({ ...options, external: ['supports-color'] }, 'archive-changes', 'src/lambda/archive-changes.ts'),
  bundleOnDemand(withoutLogin, 'private-api', 'src/lambda/private-handler.ts'),
  bundleOnDemand(withoutLogin, 'record-functions', 'src/lambda/record-functions.ts'),
  // All of them, since most of each is what starts a workflow.
  bundleOnDemand(withoutLogin, 'rule-functions', 'src/lambda/rule-functions.ts'),
]);

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

const inputs = Object.assign({}, ...metafiles.map((metafile) => metafile.inputs), page.inputs);
await writeFile(
  'dist/lambda/bundle/THIRD-PARTY-LICENSES.txt',
  await thirdPartyLicenses({ inputs, outputs: {} }, page.bundledBefore),
);
