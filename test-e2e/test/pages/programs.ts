import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Why a page that uses these programs cannot be run on this machine; undefined if all are on the PATH. */
export async function whyNoPrograms(...programs: readonly string[]): Promise<string | undefined> {
  const missing: string[] = [];
  for (const program of programs) {
    await promisify(execFile)(program, ['--version']).catch(() => missing.push(program));
  }
  return missing.length === 0 ? undefined : `not on the PATH: ${missing.join(', ')}; apt-get install has them`;
}
