import { basename } from 'node:path';
import { deflateSync } from 'node:zlib';
import { build, transform } from 'esbuild';

/** How a file that esbuild has split off is imported on demand. */
const ON_DEMAND = /\bimport\("(\.\/[\w.-]+\.mjs)"\)/g;

/** The module that every part of a function's file takes its imports on demand from. */
const LOADER = 'load-on-demand';

/** Packages of CommonJS of which only the default import is used on demand: it is their `module.exports`. */
const BY_DEFAULT = /\/node_modules\/@node-saml\/node-saml\//;

/**
 * Bundles a function into one file. What is imported on demand is in it as text, which is inflated and compiled when it is first imported:
 * to parse what the first answer does not need took a third of a cold start.
 * @param {import('esbuild').BuildOptions & { outdir: string }} options of every function
 * @param {string} name of the file, without its ending
 * @param {string} source its entry point
 * @returns {Promise<import('esbuild').Metafile>} what is in the file
 */
export async function bundleOnDemand(options, name, source) {
  const { outputFiles, metafile } = await build({
    ...{ ...options, banner: {}, metafile: true, splitting: true, write: false },
    entryPoints: { [name]: source },
  });
  const entry = `./${name}.mjs`;
  const texts = new Map(outputFiles.map(({ path, text }) => [`./${basename(path)}`, text]));
  requireModules(metafile);
  const imports = importsOf(metafile);
  const atStart = reached([entry], (file) => imports(file, 'import-statement'));
  // Those that only code imports which is left out are not reached.
  const onDemand = [...reached([entry], (file) => imports(file))].filter((file) => !atStart.has(file));
  const imported = [
    ...onDemand.map((file) => imports(file)),
    ...[...atStart].map((file) => imports(file, 'dynamic-import')),
  ];
  const shared = new Set(imported.flat().filter((file) => atStart.has(file)));
  const compiled = await Promise.all(onDemand.map(async (file) => [file, await commonJs(textOf(texts, file))]));
  const loader = loaderOf([...shared], Object.fromEntries(compiled));
  await build({
    ...options,
    entryPoints: { [name]: entry },
    inject: [LOADER],
    plugins: [fromMemory((file) => (file === LOADER ? loader : texts.has(file) ? textOf(texts, file) : undefined))],
  });
  return metafile;
}

/**
 * @param {ReadonlyMap<string, string>} texts
 * @param {string} file
 */
function textOf(texts, file) {
  return (texts.get(file) ?? '').replaceAll(ON_DEMAND, 'loadOnDemand("$1")');
}

/**
 * esbuild gives whoever imports a CommonJS file on demand its `module.exports`, and none of its names.
 * @param {import('esbuild').Metafile} metafile
 * @throws {Error} that names a CommonJS file that is imported on demand; a module that exports its names can be imported instead
 */
function requireModules({ inputs, outputs }) {
  for (const { entryPoint = '' } of Object.values(outputs))
    if (inputs[entryPoint]?.format === 'cjs' && !BY_DEFAULT.test(entryPoint))
      throw new Error(`${entryPoint} is imported on demand and is no ES module.`);
}

/**
 * Which of the files each imports.
 * @param {import('esbuild').Metafile} metafile
 * @returns {(file: string, kind?: import('esbuild').ImportKind) => string[]}
 */
function importsOf({ outputs }) {
  const byFile = new Map(Object.entries(outputs).map(([path, { imports }]) => [`./${basename(path)}`, imports]));
  return (file, kind) =>
    (byFile.get(file) ?? [])
      .filter((found) => !found.external && (kind === undefined || found.kind === kind))
      .map(({ path }) => `./${basename(path)}`);
}

/**
 * @param {readonly string[]} files
 * @param {(file: string) => readonly string[]} next
 */
function reached(files, next) {
  const found = new Set(files);
  // The set grows while it is visited.
  for (const file of found) for (const each of next(file)) found.add(each);
  return found;
}

/**
 * The body of a function that does what a module does, deflated, in Base64.
 * @param {string} text of the module
 */
async function commonJs(text) {
  const { code } = await transform(text, {
    ...{ format: 'cjs', platform: 'node', minifyWhitespace: true },
    // A function has no import.meta.
    logOverride: { 'empty-import-meta': 'error' },
  });
  return deflateSync(`"use strict";${code.trim()}`, { level: 9 }).toString('base64');
}

/**
 * The module that loads on demand.
 * @param {readonly string[]} shared files that are there from the start and that others import
 * @param {{ readonly [file: string]: string }} texts of the others
 */
function loaderOf(shared, texts) {
  return `
    ${shared.map((file, index) => `import * as shared${index} from ${JSON.stringify(file)};`).join('\n')}
    const modules = new Map([${shared.map((file, index) => `[${JSON.stringify(file)}, { exports: shared${index} }]`).join()}]);
    const texts = new Map(Object.entries(${JSON.stringify(texts)}));
    const requireInstalled = process.getBuiltinModule('module').createRequire(import.meta.url);
    function requirePart(name) {
      const text = texts.get(name);
      if (!modules.has(name) && text === undefined) return requireInstalled(name);
      if (!modules.has(name)) run(name, text);
      return modules.get(name).exports;
    }
    function run(name, text) {
      const module = { exports: {} };
      const { compileFunction, constants } = process.getBuiltinModule('vm');
      const { inflateSync } = process.getBuiltinModule('zlib');
      // From now on, since modules may import one another.
      modules.set(name, module);
      try {
        compileFunction(inflateSync(Buffer.from(text, 'base64')).toString(), ['module', 'require', 'loadOnDemand'], {
          filename: new URL(name, import.meta.url).href,
          importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        })(module, requirePart, loadOnDemand);
      } catch (error) {
        modules.delete(name);
        throw error;
      }
    }
    export async function loadOnDemand(name) {
      return requirePart(name);
    }`;
}

/**
 * @param {(file: string) => string | undefined} find
 * @returns {import('esbuild').Plugin}
 */
function fromMemory(find) {
  return {
    name: 'from-memory',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /.*/ }, ({ path }) =>
        find(path) === undefined ? { path, external: true } : { path, namespace: 'memory' },
      );
      onLoad({ filter: /.*/, namespace: 'memory' }, ({ path }) => ({ contents: find(path), resolveDir: '/' }));
    },
  };
}
