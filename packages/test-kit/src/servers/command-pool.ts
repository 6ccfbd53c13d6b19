import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CommandExit, CommandLine, CommandOutput } from '../protocol/command-line.ts';

const HOST = fileURLToPath(new URL('command-host.js', import.meta.url));

/** A command that a process of the pool runs. */
export interface PooledCommand {
  /** Sends a signal to its process, which a command that does not listen to it does not survive. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Rejected with what the process wrote, if it ended without a signal and without saying how the command did. */
  readonly ended: Promise<CommandExit>;
}

/** Processes that each run one command at a time; one more is started where all are busy. */
export class CommandPool {
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  start(command: CommandLine, onOutput: (output: CommandOutput) => void): PooledCommand {
    const host = this.#idle.pop() ?? this.#start();
    let isSignalled = false;
    const kill = (signal: NodeJS.Signals): void => {
      isSignalled = true;
      host.kill(signal);
    };
    const run = async (): Promise<CommandExit> => {
      const exit = await this.#run(host, command, onOutput);
      if (exit.isAlive) this.#idle.push(host);
      else if (!isSignalled)
        throw new Error(`The process of ${command.argv.join(' ')} ended by itself:\n${exit.stray}`);
      return { code: exit.code, signal: exit.signal };
    };
    return { kill, ended: run() };
  }

  stop(): void {
    for (const host of this.#all) host.kill('SIGKILL');
  }

  async #run(host: ChildProcess, command: CommandLine, onOutput: (output: CommandOutput) => void) {
    let stray = '';
    // What goes past the command's own streams, such as a warning of the runtime, is seen too.
    const note = (text: string): void => {
      stray += text;
      onOutput({ stream: 'stderr', text });
    };
    const outputs = [host.stdout, host.stderr];
    for (const output of outputs) output?.on('data', note);
    let onMessage = (_: CommandOutput | CommandExit): void => undefined;
    try {
      const ended = once(host, 'close').then(([code, signal]) => ({ code, signal, isAlive: false }));
      const answer = new Promise<CommandExit & { readonly isAlive: boolean }>((resolve) => {
        onMessage = (message) => {
          if ('stream' in message) onOutput(message);
          else resolve({ ...message, isAlive: true });
        };
      });
      host.on('message', onMessage);
      host.send(command);
      return { ...(await Promise.race([answer, ended])), stray };
    } finally {
      host.off('message', onMessage);
      for (const output of outputs) output?.off('data', note);
    }
  }

  #start(): ChildProcess {
    const host = fork(HOST, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
    for (const output of [host.stdout, host.stderr]) output?.setEncoding('utf8');
    this.#all.add(host);
    host.once('exit', () => this.#all.delete(host));
    return host;
  }
}
