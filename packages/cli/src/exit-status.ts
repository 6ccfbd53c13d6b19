/** What the command's exit status says. */
export const EXIT_STATUS = {
  /** Everything that was asked for was done. */
  done: 0,
  /** Something was not done, or a verification found a difference. */
  failed: 1,
  /** The command line is wrong, or needs `--yes` because there is no terminal to ask at. Nothing was done. */
  wrongUsage: 2,
  /** Everything was done, but there are warnings; of commands that say so by their exit status. */
  warned: 3,
  /** Stopped by SIGINT and SIGTERM: 128 and the signal's number, as a shell has it. */
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const;
