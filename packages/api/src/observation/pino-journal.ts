import { pino } from 'pino';
import { VERSION } from '../version.ts';
import { isOurs, type Journal } from './journal.ts';

/** A journal of JSON lines, for where there is no Lambda. @param destination a stream; standard output unless given */
export function pinoJournal(stackName: string, destination?: { write(line: string): void }): Journal {
  const options = {
    base: { sender: '@cumulus/api', stackName, version: VERSION },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level: string) => ({ level }) },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  return {
    request({ error, ...line }) {
      if (isOurs(line.status)) logger.error({ ...line, err: error }, 'request');
      else logger.info(line, 'request');
    },
    brokenOff(requestId, error) {
      logger.error({ requestId, err: error }, 'answer broken off');
    },
  };
}
