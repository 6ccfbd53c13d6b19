import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { threadPrograms } from '../../../scripts/thread-programs.mjs';

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

/**
 * Takes Node's own modules as CommonJS does. An import reads all that a module exports, with the getters: of `node:http` from Node 22
 * on that loads the HTTP client behind `fetch`, and of `node:process` it opens the standard streams. Names that nothing uses are left out.
 * @type {import('esbuild').Plugin}
 */
const builtinsAsRequired = {
  name: 'builtins-as-required',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'builtin', sideEffects: false } : undefined,
    );
    // Every first request of the SDK imports it.
    onLoad({ filter: /dist-es.node-http-handler\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace('import("node:http")', 'process.getBuiltinModule("node:http")'),
    }));
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => {
      const names = Object.getOwnPropertyNames(process.getBuiltinModule(path)).filter((name) => NAME.test(name));
      return {
        contents: [
          `const builtin = process.getBuiltinModule(${JSON.stringify(path)});`,
          'const valueOf = (name) => builtin[name];',
          'export default builtin;',
          ...names.map(
            (name) => `const $${name} = /* @__PURE__ */ valueOf('${name}'); export { $${name} as ${name} };`,
          ),
        ].join('\n'),
      };
    });
  },
};

/** A name under which a module can export something. */
const NAME = /^(?!default$)[A-Za-z_]\w*$/;

const fetchClass = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`../src/lambda/fetch-classes/${name}.ts`, import.meta.url));

/**
 * Gives Hono the light classes of functions in place of Node's. Node loads all of its HTTP client with `Request`, `Response` or
 * `Headers`, which took a tenth of a first answer and more.
 * @type {import('esbuild').Plugin}
 */
export const lightFetchClasses = {
  name: 'light-fetch-classes',
  setup: ({ onLoad }) => {
    const imports = ['Headers', 'Request', 'Response'].map(
      (name) => `import { Light${name} as ${name} } from ${JSON.stringify(fetchClass(name.toLowerCase()))};`,
    );
    onLoad({ filter: /\/node_modules\/hono\/dist\/.*\.js$/ }, async ({ path }) => ({
      contents: `${imports.join('')}${await readFile(path, 'utf8')}`,
    }));
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
  plugins: [leaveLanguagesOut, threadPrograms, builtinsAsRequired],
};
