import { fileURLToPath } from 'node:url';

/**
 * The messages of zod in other languages, which nothing here asks for, are a tenth of each file and more.
 * @type {import('esbuild').Plugin}
 */
export const leaveLanguagesOut = {
  name: 'leave-languages-out',
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod.v4.locales.index\.js$/ }, () => ({ contents: "export { default as en } from './en.js';" }));
  },
};

const source = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}/src`, import.meta.url));

/**
 * What all bundles of this package have in common. The packages of this project come from their sources, so that only what is
 * used comes in.
 * @satisfies {import('esbuild').BuildOptions}
 */
export const BUNDLING = {
  metafile: true,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names are those of the sources: errors are recognized, and logged, by theirs. Short ones would need a call for each function
  // and class that keeps its name, again whenever an inner function is made.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  alias: {
    '@cumulus/cli': source('cli'),
    '@cumulus/dynamodb': source('dynamodb'),
    '@cumulus/models': source('models'),
  },
  plugins: [leaveLanguagesOut],
};
