import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What users install; `@cumulus/local` and the demo are not for them. */
export const PUBLISHED = ['@cumulus/dynamodb', '@cumulus/models', '@cumulus/cli', '@cumulus/api'];

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));

/** A package as `npm publish` would send it. */
export interface PackedPackage {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
  /** Subresource integrity of the tarball. */
  readonly integrity: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

export async function packAll(folder: string): Promise<readonly PackedPackage[]> {
  const workspaces = PUBLISHED.map((name) => `--workspace=${name}`);
  const { stdout } = await npm(['pack', '--json', '--pack-destination', folder, ...workspaces], REPOSITORY);
  const packed = Object.values(
    JSON.parse(stdout) as Record<string, { name: string; version: string; filename: string }>,
  );
  return Promise.all(
    packed.map(async ({ name, version, filename }) => {
      const tarball = join(folder, filename);
      const sha512 = createHash('sha512')
        .update(await readFile(tarball))
        .digest('base64');
      const own = join(REPOSITORY, 'packages', name.replace('@cumulus/', ''), 'package.json');
      const manifest = JSON.parse(await readFile(own, 'utf8')) as Record<string, unknown>;
      return { name, version, tarball, integrity: `sha512-${sha512}`, manifest };
    }),
  );
}

/** Runs npm, with the user's configuration of it. */
export function npm(args: readonly string[], cwd: string): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)('npm', args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
