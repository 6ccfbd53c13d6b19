import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** Why a shell cannot be driven at a terminal here. */
export function whyNoShell(shell: string): string | undefined {
  const missing = ['script', shell].find((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing === undefined ? undefined : `needs ${missing}`;
}

const PROMPT = 'ready> ';

/** How long a shell is waited for, in milliseconds, before keys are pressed again: those of a moment when it changes the terminal's mode are lost. */
const PATIENCE = 10_000;

const CTRL_C = '\u0003';

/** An interactive shell at a terminal, whose keys are pressed. */
export class TerminalSession {
  readonly #shell;
  #output = '';

  /** @param command starts a shell whose prompt is `ready> ` */
  constructor(command: string, environment: NodeJS.ProcessEnv) {
    const env = { ...process.env, TERM: 'xterm', ...environment };
    this.#shell = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  /** The line that a beginning becomes when the Tab key is pressed. */
  async complete(beginning: string): Promise<string> {
    for (;;) {
      if (await this.#until((lines) => lines.at(-1)?.endsWith(PROMPT) ?? false)) {
        this.#output = '';
        // Ctrl-A goes to the beginning of the line, where the command that shows it is put in front.
        this.#shell.stdin.write(`${beginning}\t\u0001echo line: \n`);
        const shown = await this.#until((lines) => lines.slice(1).some((line) => line.startsWith('line: ')));
        const line = shown?.find((each) => each.startsWith('line: '));
        if (line !== undefined) return line.slice('line: '.length);
      }
      this.#shell.stdin.write(CTRL_C);
    }
  }

  async end(): Promise<void> {
    this.#shell.stdin.end('exit\n');
    this.#shell.kill();
  }

  /** The lines that are shown once they are as they have to be; undefined if they are not in time. */
  async #until(isThere: (lines: readonly string[]) => boolean): Promise<readonly string[] | undefined> {
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const lines = stripVTControlCharacters(this.#output).split(/[\r\n]+/);
      if (isThere(lines)) return lines;
      if (this.#shell.exitCode !== null) throw new Error(`The shell ended: ${this.#output}`);
      await sleep(20);
    }
    return undefined;
  }
}
