import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a terminal was sent at a moment. */
export interface Chunk {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly text: string;
  /** Whether a command was at work, rather than somebody typing or reading. */
  readonly isWork: boolean;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface RecorderOptions {
  /** Where the shell starts, and the recorder keeps two small files of its own. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly size: TerminalSize;
}

/** The mark that terminals know as the beginning of a prompt. It shows nothing. */
const PROMPT_MARK = '\u001b]133;A\u0007';
/** The prompt of a further line of a command. */
const CONTINUATION = '> ';
const TYPING_PAUSE = 90;
const READING_PAUSE = 700;
const MAX_WAIT = 120_000;

/** Why no terminal can be recorded here. */
export function whyNoTerminal(): string | undefined {
  const missing = ['script', 'bash'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  return missing.length === 0 ? undefined : `needs ${missing.join(' and ')}`;
}

/** An interactive bash in a real pseudo-terminal: what is typed reaches it as keys do, and all that it shows is recorded. */
export class TerminalRecorder {
  readonly #shell: ChildProcessWithoutNullStreams;
  readonly #pointers: string;
  readonly #startedAt = performance.now();
  readonly #chunks: Chunk[] = [];
  #isWork = false;

  private constructor(shell: ChildProcessWithoutNullStreams, pointers: string) {
    this.#shell = shell;
    this.#pointers = pointers;
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#chunks.push({ at: performance.now() - this.#startedAt, text, isWork: this.#isWork });
      if (text.includes(PROMPT_MARK)) this.#isWork = false;
    });
  }

  static async start({ folder, environment, size }: RecorderOptions): Promise<TerminalRecorder> {
    const [settings, pointers] = [join(folder, 'bashrc'), join(folder, 'pointers')];
    // The prompt's mark in green, the typed line in bold, and what follows it plain.
    await writeFile(
      settings,
      `stty cols ${size.columns} rows ${size.rows}
echo $$ $(tty) > ${pointers}
bind 'set enable-bracketed-paste off'
unset HISTFILE
PS1='\\[\\e]133;A\\a\\e[32m\\]$\\[\\e[0;1m\\] '
PS2='${CONTINUATION}'
PS0='\\[\\e[0m\\]'
`,
    );
    const bash = `bash --noprofile --rcfile ${settings} -i`;
    const shell = spawn('script', ['-qefc', bash, '/dev/null'], {
      cwd: folder,
      env: { ...process.env, TERM: 'xterm-256color', ...environment },
    });
    const recorder = new TerminalRecorder(shell, pointers);
    await recorder.#untilPrompts(1);
    return recorder;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  /** Types a command of one or several lines, and waits for its end. */
  async run(...lines: readonly string[]): Promise<void> {
    const before = this.#prompts;
    for (const [index, line] of lines.entries()) {
      // What is typed before the shell is ready for another line is echoed before its prompt.
      if (index > 0) await this.#until(async () => this.#text().endsWith(CONTINUATION));
      await this.#type(line);
    }
    this.#isWork = true;
    await this.#untilPrompts(before + 1);
    await sleep(READING_PAUSE);
  }

  /** Types a command, waits for the moment in what it shows, and has the command killed by the system, as a machine that runs out of memory does. */
  async runAndKill(line: string, moment: (shown: string) => boolean): Promise<void> {
    const before = this.#prompts;
    await this.#type(line);
    const since = this.#chunks.length;
    this.#isWork = true;
    await this.#until(async () => {
      if (this.#prompts > before) throw new Error(`"${line}" ended before it could be killed:\n${this.#text()}`);
      return moment(this.#text(since));
    });
    const [shell = '', terminal = ''] = (await readFile(this.#pointers, 'utf8')).trim().split(' ');
    const group = await foregroundGroup(shell);
    // The line says in the picture what a killed process cannot say. Between the two, the command must not write.
    writeFileSync(terminal, '\r\n\u001b[2m# now kill -9, from another terminal\u001b[0m\r\n');
    process.kill(-group, 'SIGKILL');
    await this.#untilPrompts(before + 1);
    await sleep(READING_PAUSE);
  }

  async end(): Promise<void> {
    const closed = once(this.#shell, 'close');
    this.#shell.kill();
    await closed;
  }

  #text(since = 0): string {
    return this.#chunks
      .slice(since)
      .map(({ text }) => text)
      .join('');
  }

  /** Types a line, some of it at a time as people do, and presses Enter. */
  async #type(line: string): Promise<void> {
    for (const word of line.split(/(?<= )/)) {
      this.#shell.stdin.write(word);
      await sleep(TYPING_PAUSE);
    }
    this.#shell.stdin.write('\n');
  }

  get #prompts(): number {
    return this.#text().split(PROMPT_MARK).length - 1;
  }

  async #untilPrompts(count: number): Promise<void> {
    await this.#until(async () => this.#prompts >= count);
    await sleep(TYPING_PAUSE);
  }

  async #until(isReached: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + MAX_WAIT;
    while (!(await isReached())) {
      if (this.#shell.exitCode !== null) throw new Error(`The shell ended:\n${this.#text()}`);
      if (performance.now() > deadline) throw new Error(`Nothing more came in ${MAX_WAIT} ms:\n${this.#text()}`);
      await sleep(10);
    }
  }
}

/** The process group that a shell's terminal takes keys for. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
async function foregroundGroup(shell: string): Promise<number> {
  const stat = await readFile(`/proc/${shell}/stat`, 'utf8');
  // After the name in parentheses: state, parent, group, session, terminal, and the group.
  return Number(
    stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .at(5),
  );
}
