import { printable } from '@cumulus/cli';
import { createLog } from '../../logging/create-log.ts';
import { API_SENDER, createRequestLog, type RequestLog } from '../../logging/request-log.ts';

/** The request log of an API that this process serves: on standard error, since standard output is for people. */
export function serverRequestLog(stackName: string): RequestLog {
  return createRequestLog(
    createLog({ sender: API_SENDER, stackName }, (line) => void process.stderr.write(printable(line))),
  );
}
