import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What an import of a package can name: `@cumulus/dynamodb/backup`, and all that it exports. */
export interface Door {
  readonly name: string;
  readonly exports: readonly string[];
}

/** The doors of all packages that are published, read from their sources. */
export async function doorsOfPackages(packages: string): Promise<readonly Door[]> {
  const doors = (await readdir(packages)).map(async (folder) => {
    const manifest = JSON.parse(await readFile(join(packages, folder, 'package.json'), 'utf8'));
    if (manifest.private) return [];
    const paths = Object.entries<{ types: string }>(manifest.exports).filter(([path]) => path !== './package.json');
    return Promise.all(
      paths.map(async ([path, { types }]) => ({
        name: join(manifest.name, path),
        exports: await exportedNames(
          join(packages, folder, types.replace('/dist/', '/src/').replace(/\.d\.ts$/, '.ts')),
        ),
      })),
    );
  });
  return (await Promise.all(doors)).flat();
}

/** The names that a file exports: in lists, as declarations, and all of another file. */
async function exportedNames(file: string): Promise<readonly string[]> {
  const text = (await readFile(file, 'utf8')).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','));
  const listed = lists.map((name) => name.trim().replace(/^type |^.* as /g, '')).filter((name) => name !== '');
  const declared = [
    ...text.matchAll(/^export (?:declare |abstract |async )*(?:class|function\*?|const|interface|type) (\w+)/gm),
  ];
  const namespaces = [...text.matchAll(/^export \* as (\w+)/gm)];
  const others = [...text.matchAll(/^export \* from '(.+)'/gm)].map(([, path = '']) => join(dirname(file), path));
  return [
    ...listed,
    ...[...declared, ...namespaces].map(([, name = '']) => name),
    ...(await Promise.all(others.map(exportedNames))).flat(),
  ];
}
