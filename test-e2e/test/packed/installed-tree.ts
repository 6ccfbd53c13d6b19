import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** All files under a folder, as paths from there, with their bytes; links are not followed. */
export async function filesUnder(folder: string): Promise<readonly { path: string; bytes: number }[]> {
  const paths = await readdir(folder, { recursive: true });
  const files = await Promise.all(paths.map(async (path) => ({ path, stat: await lstat(join(folder, path)) })));
  return files.filter(({ stat }) => stat.isFile()).map(({ path, stat }) => ({ path, bytes: stat.size }));
}
