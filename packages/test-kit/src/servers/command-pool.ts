import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CommandEnd, CommandLine } from '../protocol/command-line.ts';

const HOST = fileURLToPath(new URL('command-host.js', import.meta.url));

/** Processes that each run one command at a time; one more is started where all are busy. */
export class CommandPool {
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  /** @throws an error with what the process wrote, if it ended without saying how the command did */
  async run(command: CommandLine): Promise<CommandEnd> {
    const host = this.#idle.pop() ?? this.#start();
    let stray = '';
    const note = (text: string) => {
      stray += text;
    };
    const outputs = [host.stdout, host.stderr];
    for (const output of outputs) output?.on('data', note);
    try {
      const ended = once(host, 'exit').then(() => undefined);
      const answer = once(host, 'message').then(([message]) => message as CommandEnd);
      host.send(command);
      const end = await Promise.race([answer, ended]);
      if (end === undefined) throw new Error(`The process of ${command.argv.join(' ')} ended by itself:\n${stray}`);
      this.#idle.push(host);
      // What goes past the command's own streams, such as a warning of the runtime, is seen too.
      return { ...end, stderr: end.stderr + stray };
    } finally {
      for (const output of outputs) output?.off('data', note);
    }
  }

  stop(): void {
    for (const host of this.#all) host.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const host = fork(HOST, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    for (const output of [host.stdout, host.stderr]) output?.setEncoding('utf8');
    this.#all.add(host);
    host.once('exit', () => this.#all.delete(host));
    return host;
  }
}
