import { basename, join } from 'node:path';
import { build } from 'esbuild';
import webpack from 'webpack';

/*
 * `node bundle.mjs PROGRAM API FOLDER` bundles two programs, one of the libraries and one of `@cumulus/api`, to CommonJS and to ES modules,
 * and prints the bundles of each. What a bundler warns of the first is an error.
 */
const [, , program = '', api = '', folder = ''] = process.argv;

/** What the documentation says of ES modules by esbuild: parts of the AWS SDK are CommonJS. */
const REQUIRE = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** @type {(entry: string, format: 'cjs' | 'esm') => Promise<string>} */
async function byEsbuild(entry, format) {
  const outfile = join(folder, `${basename(entry, '.mjs')}.esbuild.${format === 'esm' ? 'mjs' : 'cjs'}`);
  const banner = format === 'esm' ? { js: REQUIRE } : {};
  const options = { entryPoints: [entry], outfile, format, banner, bundle: true, platform: 'node', logLevel: 'silent' };
  const { warnings } = await build(/** @type {import('esbuild').BuildOptions} */ (options));
  if (entry === program && warnings.length > 0) throw new Error(JSON.stringify(warnings, undefined, 2));
  return outfile;
}

/** @type {(format: 'cjs' | 'esm') => Promise<string>} */
async function byWebpack(format) {
  const [isModule, ending] = format === 'esm' ? [true, 'mjs'] : [false, 'cjs'];
  const path = join(folder, `webpack-${format}`);
  const output = isModule ? { module: true, chunkFormat: 'module' } : {};
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    entry: program,
    output: { ...output, path, filename: `main.${ending}`, chunkFilename: `[id].${ending}` },
    experiments: { outputModule: isModule },
    // Only to be faster.
    optimization: { minimize: false },
    performance: false,
    devtool: false,
    // Optional packages of what speaks to proxies.
    ignoreWarnings: [/'(kerberos|supports-color)'/],
  });
  await new Promise((resolve, reject) => {
    compiler?.run((error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors() || stats?.hasWarnings()) reject(new Error(stats.toString('errors-warnings')));
      else resolve(undefined);
    });
  });
  return join(path, `main.${ending}`);
}

const ofProgram = [byEsbuild(program, 'cjs'), byEsbuild(program, 'esm'), byWebpack('cjs'), byWebpack('esm')];
const ofApi = [byEsbuild(api, 'cjs'), byEsbuild(api, 'esm')];
process.stdout.write(JSON.stringify({ program: await Promise.all(ofProgram), api: await Promise.all(ofApi) }));
