import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { COMMAND_CLIENT } from '@cumulus/test-kit/command';
import { pathOf } from './page.ts';

const RUN = new URL('../../../packages/api/dist/run.js', import.meta.url);
const BIN = pathOf('packages/api/bin/cumulus-api.js');

/**
 * Folders for the PATH. A command that is hosted starts sooner, but has no standard input, and writes to standard output first, and only
 * then what it had for standard error.
 */
const [HOSTED, ITSELF] = ['bin/hosted', 'bin/itself'];

const READS_INPUT = /\|\s*cumulus-api\b/;

/** Progress is shown of work that takes a while, and is gone from a terminal once the work is done. */
const PROGRESS = /^.* items\/s\b.*\n/gm;

/** How a block is run. */
export interface RunOptions {
  /** What the reader puts in the place of examples: the values of variables that the block sets. */
  readonly known?: Readonly<Record<string, string>> | undefined;
  /** For this block, beside the operator's own. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
}

/**
 * Runs blocks of a page as its reader would: one after the other in a shell, with `cumulus-api` on the PATH. Variables that a
 * block sets, files that it sources, and the folder that it changes to, are there in the next one.
 */
export class Operator {
  /** Where the commands are given. */
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** Commands that bring a new shell to where the last one ended. */
  #state = '';

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.#environment = environment;
  }

  /** @param folder where the commands are given; the command is put in `bin` of it */
  static async at(folder: string, environment: NodeJS.ProcessEnv): Promise<Operator> {
    await addCommand(folder, HOSTED, `'${COMMAND_CLIENT}' '${RUN}'`);
    await addCommand(folder, ITSELF, `'${BIN}'`);
    // The AWS CLI of Python's package reads the region under this name only.
    const AWS_DEFAULT_REGION = process.env['AWS_REGION'];
    return new Operator(folder, { ...process.env, AWS_DEFAULT_REGION, ...environment });
  }

  /** Runs a block; each of its commands has to succeed. @returns what it wrote to standard output */
  async run(block: string, options: RunOptions = {}): Promise<string> {
    const bin = READS_INPUT.test(block) ? ITSELF : HOSTED;
    const { code, stdout, stderr } = await this.#shell(block, bin, options);
    if (code !== 0) throw new Error(`The block\n${block}\nended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a block, which may fail. @returns all that it wrote, in the order in which a terminal shows it */
  async show(
    block: string,
    options: RunOptions = {},
  ): Promise<{ readonly code: number | null; readonly shown: string }> {
    const { code, stdout } = await this.#shell(`exec 2>&1\n${block}`, ITSELF, options);
    return { code, shown: stdout.replaceAll(PROGRESS, '') };
  }

  async #shell(
    block: string,
    bin: string,
    { known = {}, environment = {} }: RunOptions,
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const script = Object.entries(known).reduce(
      (lines, [name, value]) => lines.replace(assignmentOf(name), `$1='${value}'`),
      // Locally a change is in its stream at once.
      block.replaceAll(/(?:counts recount|rehearse .*--from (?:pitr|on-demand)).*/g, '$& --settle 1'),
    );
    const variables = [...script.matchAll(/^(?:export )?([A-Za-z_]\w*)=/gm)].map(([, name]) => name);
    const sourced = script.match(/^source .*$/gm) ?? [];
    const keep = `{ ${variables.length > 0 ? `declare -p ${variables.join(' ')}; ` : ''}${sourced.map((line) => `echo '${line}'; `).join('')}printf 'cd %q\\n' "$PWD"; } >&3`;
    const merged = { ...this.#environment, ...environment };
    const shell = spawn('bash', ['-euo', 'pipefail', '-c', `${this.#state}${script}\n${keep}`], {
      cwd: this.folder,
      env: { ...merged, PATH: [join(this.folder, bin), merged['PATH']].join(delimiter) },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const exit = new Promise<number | null>((resolve, reject) => {
      shell.once('error', reject);
      shell.once('close', resolve);
    });
    const [, stdout, stderr, state] = shell.stdio;
    const [code, said, errors, kept] = await Promise.all([
      exit,
      text(stdout as NodeJS.ReadableStream),
      text(stderr as NodeJS.ReadableStream),
      text(state as NodeJS.ReadableStream),
    ]);
    this.#state += kept;
    return { code, stdout: said, stderr: errors };
  }
}

/** What a reader puts in the place of a block's examples, by the example. @param known by the variable */
export function examplesOf(
  block: string,
  known: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) => {
      const example = assignmentOf(name).exec(block)?.[2];
      return example === undefined ? [] : [[example, value] as const];
    }),
  );
}

function assignmentOf(variable: string): RegExp {
  return new RegExp(`^((?:export )?${variable})=(.*)$`, 'm');
}

async function addCommand(folder: string, bin: string, program: string): Promise<void> {
  const command = join(folder, bin, 'cumulus-api');
  await mkdir(dirname(command), { recursive: true });
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' ${program} "$@"\n`, { mode: 0o700 });
}
