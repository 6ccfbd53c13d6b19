import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

/** Compressing takes ten seconds, and most builds change nothing of it. */
const CACHE = '../../node_modules/.cache/cumulus-api-reference';

/**
 * Parts of Scalar that the page never shows: its chat, its advertisement, other languages.
 * @type {import('esbuild').Plugin}
 */
const leavePartsOut = {
  name: 'leave-parts-out',
  setup: ({ onLoad }) => {
    const unused =
      /@scalar.(agent-chat.dist|api-reference.dist.(features.explore-scalar|components.AgentScalar.AgentScalarDrawer)).*\.js$/;
    onLoad({ filter: unused }, () => ({
      contents: 'export default {}; export const ExploreScalarButton = {}; export const Chat = {};',
    }));
    onLoad({ filter: /localization.locales.(ar|de|es|fr|pt|ru|zh-cn|zh-tw)\.js$/ }, ({ path }) => {
      const name = basename(path, '.js').replace(/-(\w)/, (_, letter) => letter.toUpperCase());
      return { contents: `export const ${name} = {};` };
    });
  },
};

/**
 * Makes what the page at `/docs` loads, compressed: decompressed it would be a tenth of all that users install.
 * @param {{ folder: string, plugins: import('esbuild').Plugin[] }} options
 * @returns of what it is made, for {@link import('../../../scripts/third-party-licenses.mjs').thirdPartyLicenses}
 */
export async function buildApiReference({ folder, plugins }) {
  const { outputFiles, metafile } = await build({
    metafile: true,
    write: false,
    entryPoints: { 'api-reference': 'build/api-reference-page.mjs' },
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    plugins: [...plugins, leavePartsOut],
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
  for (const { path, contents } of outputFiles) await writeFile(`${path}.br`, await compressed(contents));
  const { inputs } = metafile;
  return { inputs, bundledBefore: await bundledBefore(Object.keys(inputs)) };
}

async function compressed(/** @type {Uint8Array} */ contents) {
  const cached = join(CACHE, `${createHash('sha256').update(contents).digest('hex')}.br`);
  try {
    return await readFile(cached);
  } catch {
    const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT, BROTLI_MAX_WINDOW_BITS } = constants;
    const params = { [BROTLI_PARAM_LGWIN]: BROTLI_MAX_WINDOW_BITS, [BROTLI_PARAM_SIZE_HINT]: contents.length };
    const made = brotliCompressSync(contents, { params });
    await mkdir(CACHE, { recursive: true });
    await writeFile(cached, made);
    return made;
  }
}

/** The release and the name of a package, where a bundler of others notes what is from it. */
const NOTE = /^\/\/#region .*\/\.pnpm\/@?[^/@]+@([^/_]+)[^/]*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//gm;

/** Packages that files of other packages have in them. */
async function bundledBefore(/** @type {string[]} */ paths) {
  /** @type {Map<string, { name: string, version: string }>} */
  const found = new Map();
  for (const path of paths.filter((each) => each.includes('node_modules/@scalar/') && each.endsWith('.js'))) {
    for (const [, version = '', name = ''] of (await readFile(path, 'utf8')).matchAll(NOTE)) {
      found.set(`${name} ${version}`, { name, version });
    }
  }
  return [...found.values()];
}
