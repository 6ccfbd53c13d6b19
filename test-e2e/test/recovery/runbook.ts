import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { COMMAND_CLIENT } from '@cumulus/test-kit/command';

const RUNBOOK = fileURLToPath(new URL('../../../docs/how-to/recover.md', import.meta.url));
const RUN = new URL('../../../packages/api/dist/run.js', import.meta.url);

/** The headings whose blocks are run, by the test file that runs them. */
export const TESTED = {
  here: [
    'Is everything protected?',
    'A script wrote nonsense an hour ago',
    'Copy back',
    'A table was deleted',
    'Backups of AWS Backup',
    'A whole deployment at one instant',
  ],
  elsewhere: [
    'An account was lost',
    'Moving a deployment to another account or region',
    'Keeping seven years of backups',
    'A yearly rehearsal',
  ],
  terraform: ['Adopt'],
} as const;

const runbook = await readRunbook();

/** The blocks of `bash` under a heading of docs/how-to/recover.md, as they stand there. @throws an error where there are none */
export function blocksOf(heading: string): readonly string[] {
  const blocks = runbook.get(heading);
  if (blocks === undefined || blocks.length === 0)
    throw new Error(`docs/how-to/recover.md has no blocks under ${heading}`);
  return blocks;
}

/** The headings that have blocks. */
export function headingsWithBlocks(): readonly string[] {
  return [...runbook].filter(([, blocks]) => blocks.length > 0).map(([heading]) => heading);
}

/** The blocks by their headings. */
async function readRunbook(): Promise<ReadonlyMap<string, readonly string[]>> {
  const sections = new Map<string, string[]>();
  let blocks: string[] = [];
  let block: string[] | undefined;
  for (const line of (await readFile(RUNBOOK, 'utf8')).split('\n')) {
    const [, heading] = /^#+ (.*)$/.exec(line) ?? [];
    if (block === undefined && heading !== undefined) {
      blocks = [];
      sections.set(heading, blocks);
    } else if (/^\s*```bash$/.test(line)) {
      block = [];
    } else if (/^\s*```$/.test(line) && block !== undefined) {
      blocks.push(block.join('\n'));
      block = undefined;
    } else {
      block?.push(line.trim());
    }
  }
  return sections;
}

/** Runs blocks of the runbook as an operator would: in a shell, with `cumulus-api` on the PATH. */
export class Operator {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** @param folder where the commands are given */
  static async at(folder: string, environment: NodeJS.ProcessEnv): Promise<Operator> {
    const bin = join(folder, 'bin');
    await mkdir(bin, { recursive: true });
    const command = join(bin, 'cumulus-api');
    await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND_CLIENT}' '${RUN}' "$@"\n`);
    await chmod(command, 0o700);
    const path = [bin, process.env['PATH']].join(delimiter);
    return new Operator(folder, { ...process.env, ...environment, PATH: path });
  }

  /**
   * Runs a block; each of its commands has to succeed.
   * @param known what the operator puts in the place of examples: the values of the block's variables
   * @param environment for this block, beside the operator's own
   * @returns what the block wrote to standard output
   */
  async run(
    block: string,
    known: Readonly<Record<string, string>> = {},
    environment: NodeJS.ProcessEnv = {},
  ): Promise<string> {
    const script = Object.entries(known).reduce(
      (lines, [name, value]) => lines.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}='${value}'`),
      // Locally a change is in its stream at once.
      block.replaceAll(/counts recount .*/g, '$& --settle 1'),
    );
    const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: this.#folder,
      env: { ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exit = new Promise<number | null>((resolve, reject) => {
      shell.once('error', reject);
      shell.once('close', resolve);
    });
    const [code, stdout, stderr] = await Promise.all([exit, text(shell.stdout), text(shell.stderr)]);
    if (code !== 0) throw new Error(`The runbook's\n${script}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }
}
