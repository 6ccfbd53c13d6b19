import type { ChildProcess } from 'node:child_process';
import { type CommandOptions, cumulusApi, type Ended, start } from '../test/kit/command.ts';

/** A command while it runs. */
export interface Running {
  /** `kill` is false where no signal can be sent. */
  readonly process: Pick<ChildProcess, 'kill'>;
  readonly ended: Promise<Ended>;
}

export interface RunnerOptions extends CommandOptions {
  /** Whether signals are to be sent to it, for which it has to have a process of its own. */
  readonly signals?: boolean;
}

/** Starts a command: the real one, or one that lies, to see whether the oracle notices. */
export type Runner = (args: readonly string[], options: RunnerOptions) => Running;

/** Each command in a process of its own, as users run it. */
export const ownProcesses: Runner = start;

/** Only those commands in processes of their own that are signalled, or that a fault changes from within. */
export const sharedProcesses: Runner = (args, options) => {
  if (options.signals || (options.nodeOptions ?? options.program ?? options.runBy)) return start(args, options);
  return { process: { kill: () => false }, ended: cumulusApi(args, options) };
};
