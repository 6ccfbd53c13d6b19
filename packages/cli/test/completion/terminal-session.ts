import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';

/** Why a shell cannot be driven at a terminal here. */
export function whyNoShell(shell: string): string | undefined {
  const missing = ['script', shell].find((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing === undefined ? undefined : `needs ${missing}`;
}

const PROMPT = 'ready> ';

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
    await this.#until((lines) => lines.at(-1)?.endsWith(PROMPT) ?? false);
    this.#output = '';
    // Ctrl-A goes to the beginning of the line, where the command that shows it is put in front.
    this.#shell.stdin.write(`${beginning}\t\u0001echo line: \n`);
    const shown = await this.#until((lines) => lines.slice(1).some((line) => line.startsWith('line: ')));
    return shown.find((line) => line.startsWith('line: '))?.slice('line: '.length) ?? '';
  }

  async end(): Promise<void> {
    this.#shell.stdin.end('exit\n');
    this.#shell.kill();
  }

  async #until(isThere: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    for (;;) {
      const lines = stripVTControlCharacters(this.#output).split(/[\r\n]+/);
      if (isThere(lines)) return lines;
      if (this.#shell.exitCode !== null) throw new Error(`The shell ended: ${this.#output}`);
      await sleep(20);
    }
  }
}
