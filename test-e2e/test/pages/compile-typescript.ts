import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Block, pathOf } from './page.ts';

/** In the repository, so that its packages are found. */
const FOLDER = pathOf('test-e2e/dist');
const TSC = pathOf('node_modules/.bin/tsc');

/** Checks a block of TypeScript by the settings of the sources: it has to stand for itself, with all that it imports. */
export async function compileTypeScript(block: Block): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const folder = await mkdtemp(join(FOLDER, 'page-'));
  await writeFile(join(folder, 'block.ts'), `${block.text}\nexport {};\n`);
  const config = {
    extends: pathOf('tsconfig.base.json'),
    compilerOptions: { noEmit: true, noUnusedLocals: false, types: ['node'] },
    files: ['block.ts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await promisify(execFile)(TSC, ['-p', folder])
    .catch(({ stdout }: { stdout: string }) => {
      throw new Error(`The block of line ${block.line} does not compile:\n${stdout}`);
    })
    .finally(() => rm(folder, { recursive: true }));
}
