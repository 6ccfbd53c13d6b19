import { isRefusalOfItem } from '../../aws/classify-error.ts';
import { CumulusError, InterruptedError, type NextStep, TableNotFoundError } from '../../aws/errors.ts';
import { FileReplacedError } from '../../storage/errors.ts';
import { CorruptBackupError, StoppedError } from '../errors.ts';

/** The error of a restore that stopped: how far it came, and what to do next. */
export function stopped(error: unknown, table: string, written: number, resumable: boolean): unknown {
  if (!(error instanceof CumulusError)) return error;
  const ErrorClass = error instanceof InterruptedError ? InterruptedError : StoppedError;
  const problem = `The restore into ${table} stopped after ${written} items: ${error.message}`;
  const next = nextAfter(error, resumable);
  return new ErrorClass(problem, [NEXT_ADVICE[next]], error, next);
}

const NEXT_ADVICE: Readonly<Record<NextStep, string>> = {
  continue: 'Continue it: what was written is kept.',
  'start again': 'It cannot be continued: restore again, into an empty table or over its items.',
  'mend the line': 'Restore again, over its items: with the line mended, or with such lines set aside.',
};

/** What would end the same way again is not to be continued. */
function nextAfter(error: CumulusError, resumable: boolean): NextStep {
  if (isRefusalOfItem(error.cause)) return 'mend the line';
  const final = [CorruptBackupError, FileReplacedError, TableNotFoundError].some((kind) => error instanceof kind);
  return final || !resumable ? 'start again' : 'continue';
}
