import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathOf } from '../pages/page.ts';

/** What systemd and cron run. */
const JOB = pathOf('packages/api/scheduling/cumulus-job');

const BIN = pathOf('packages/api/bin/cumulus-api.js');

/** How a job came to its end. */
interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs jobs of deployments as a scheduler does, with folders of their own in one that is given. */
export class Jobs {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async in(folder: string): Promise<Jobs> {
    for (const name of ['bin', 'state', 'backups']) await mkdir(join(folder, name));
    const command = `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`;
    await writeFile(join(folder, 'bin/cumulus-api'), command, { mode: 0o700 });
    await symlink(JOB, join(folder, 'bin/cumulus-job'));
    return new Jobs(folder);
  }

  /** Where the jobs keep their locks. */
  get state(): string {
    return join(this.#folder, 'state');
  }

  /** Where the backups are. */
  get backups(): string {
    return join(this.#folder, 'backups');
  }

  /** Where the commands are. */
  get bin(): string {
    return join(this.#folder, 'bin');
  }

  /** The environment of a job, as a unit of systemd has it from its settings. */
  environment(settings: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      ...{ PATH: [this.bin, process.env['PATH']].join(delimiter) },
      ...{ STATE_DIRECTORY: this.state, CUMULUS_BACKUPS: this.backups, ...settings },
    };
  }

  /** Starts a job in a process group of its own. */
  start(args: readonly string[], settings?: NodeJS.ProcessEnv): { process: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(JOB, args, {
      env: this.environment(settings),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
      ([stdout, stderr, [code, signal]]) => ({ code, signal, stdout, stderr }) as Ended,
    );
    return { process: child, ended };
  }

  run(args: readonly string[], settings?: NodeJS.ProcessEnv): Promise<Ended> {
    return this.start(args, settings).ended;
  }
}
