import { printable } from '@cumulus/cli';
import { API_SENDER, createJournal, type Journal } from '../observation/journal.ts';
import { pinoLog } from '../observation/pino-log.ts';

/** The journal of an API that this process serves: lines on standard error, as standard output is for people. */
export function journalHere(stackName: string): Journal {
  return createJournal(
    pinoLog({ sender: API_SENDER, stackName }, { write: (line) => process.stderr.write(printable(line)) }),
  );
}
