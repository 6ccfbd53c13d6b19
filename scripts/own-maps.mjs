import { readFile } from 'node:fs/promises';

/** A source map by which everything is at the beginning. Without any mapping, esbuild makes its own. */
const NO_MAP = Buffer.from(JSON.stringify({ version: 3, sources: [''], mappings: 'AAAA' })).toString('base64');

/**
 * Leaves what is bundled of other packages out of the source maps: these name sources by their places, and a package has only its own.
 * @type {import('esbuild').Plugin}
 */
export const ownMaps = {
  name: 'own-maps',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${NO_MAP}`,
      loader: 'js',
    }));
  },
};
