import { build } from 'esbuild';

/**
 * Puts the programs of threads into the bundle as text: a file `NAME-program.ts` becomes what `NAME-main.ts` is, with all that it
 * imports. A thread cannot be started from a file, since users bundle the packages.
 * @type {import('esbuild').Plugin}
 */
export const threadPrograms = {
  name: 'thread-programs',
  setup: ({ onLoad, initialOptions: { target } }) => {
    onLoad({ filter: /-thread-program\.ts$/ }, async ({ path }) => {
      const { outputFiles, metafile } = await build({
        ...{ target, metafile: true, write: false, bundle: true, format: 'cjs', platform: 'node' },
        ...{ minifyWhitespace: true, minifySyntax: true, logLevel: 'warning' },
        entryPoints: [path.replace(/-program\.ts$/, '-main.ts')],
      });
      const packages = Object.keys(metafile.inputs).filter((input) => input.includes('node_modules'));
      if (packages.length > 0) throw new Error(`${path} has packages, whose licences nobody lists: ${packages}`);
      return { contents: `export const PROGRAM = ${JSON.stringify(outputFiles[0]?.text)};`, loader: 'js' };
    });
  },
};
