import { lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** What Node has from 22.1 on; the types are those of the oldest release that this runs on. */
const { enableCompileCache } = module as { readonly enableCompileCache?: (directory: string) => unknown };

/** The rights of others to write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Has Node keep what it compiles for the next command, in `cumulus-api/compile-cache` of the user's folder of caches, which has to be nobody
 * else's. A command then starts in less processor time.
 *
 * Node takes a compiled file only for the source, the release of Node and the flags that it was compiled from. But it compares the
 * source by its length and a CRC-32 (`ReadCacheFile` in https://github.com/nodejs/node/blob/main/src/compile_cache.cc), which anybody
 * can forge. Whoever can write into the folder can run code as this user. So the folder is used only if it and its parents up to the
 * folder of caches are the user's own and nobody else can write there.
 *
 * Nothing is cached, and nothing fails, where that is not so or where it cannot be written. `NODE_COMPILE_CACHE` and
 * `NODE_DISABLE_COMPILE_CACHE` take precedence: https://nodejs.org/api/module.html#module-compile-cache
 */
export function keepCompiledCode(): void {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (enableCompileCache === undefined || NODE_COMPILE_CACHE || NODE_DISABLE_COMPILE_CACHE) return;
  try {
    const directory = privateDirectory();
    if (directory !== undefined) enableCompileCache(directory);
  } catch {
    // It only saves time.
  }
}

/** @returns undefined where there is none that is the user's alone */
function privateDirectory(): string | undefined {
  const caches = folderOfCaches();
  // With sudo it may be in the home of another user, in which root is to leave nothing.
  if (caches === undefined || !isOwn(statSync(existing(caches)))) return undefined;
  const folder = join(caches, 'cumulus-api');
  const directory = join(folder, 'compile-cache');
  create(directory);
  const isPrivate = isOwn(statSync(caches)) && [folder, directory].every((each) => isOwn(lstatSync(each)));
  return isPrivate ? directory : undefined;
}

/** By the XDG Base Directory Specification, which has relative paths ignored: https://specifications.freedesktop.org/basedir-spec/ */
function folderOfCaches(): string | undefined {
  const { XDG_CACHE_HOME = '', HOME = '' } = process.env;
  if (isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  return isAbsolute(HOME) ? join(HOME, '.cache') : undefined;
}

/** A folder, or the nearest one above that exists. */
function existing(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) === undefined ? existing(dirname(folder)) : folder;
}

/** Node's own recursion never ends where the system creates nothing, as in /proc. */
function create(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  create(dirname(folder));
  mkdirSync(folder, 0o700);
}

/** Whether it is a folder of this user's, in which nobody else can write. Windows does not say whose a folder is. */
function isOwn(stats: Stats): boolean {
  return stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & WRITABLE_BY_OTHERS) === 0;
}
