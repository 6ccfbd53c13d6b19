import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './packages.ts';

export interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Docker's command to its end. */
export async function docker(args: readonly string[]): Promise<Ended> {
  return promisify(execFile)('docker', args, { encoding: 'utf8' }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout = '', stderr = '' }) => ({ code, stdout, stderr }),
  );
}

/** The image that the Dockerfile can begin with on this machine: the one that it names, or its stand-in; or why there is none. */
export async function baseImage(): Promise<{ readonly image: string } | { readonly missing: string }> {
  const [, named = '', version = ''] =
    /^ARG BASE=(node:([0-9.]+)-.*)$/m.exec(await readFile(join(REPOSITORY, 'Dockerfile'), 'utf8')) ?? [];
  for (const image of [`cumulus-ci/node:${version}`, named]) {
    if ((await docker(['image', 'inspect', image])).code === 0) return { image };
  }
  return { missing: `needs Docker and the image ${named}, or .ci/build-images` };
}
