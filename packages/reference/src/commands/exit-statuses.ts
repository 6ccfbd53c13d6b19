import { EXIT_STATUS } from '@cumulus/cli';

/** What each exit status of the command says. */
export const EXIT_STATUSES: readonly (readonly [status: string, meaning: string])[] = [
  [String(EXIT_STATUS.done), 'Everything that was asked for was done.'],
  [String(EXIT_STATUS.failed), 'Something was not done, or a verification found a difference.'],
  [
    String(EXIT_STATUS.wrongUsage),
    'The command line is wrong, or needs --yes because there is no terminal to ask at. Nothing was done.',
  ],
  [String(EXIT_STATUS.warned), 'Of status and rehearse: there are warnings, and nothing worse.'],
  [String(EXIT_STATUS.interrupted.SIGINT), 'SIGINT (Ctrl-C) stopped the command.'],
  [String(EXIT_STATUS.interrupted.SIGTERM), 'SIGTERM stopped the command.'],
];
