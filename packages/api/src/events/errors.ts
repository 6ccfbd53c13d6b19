import { CumulusError } from '@cumulus/dynamodb/aws';
import type { Violation } from '@cumulus/models';

/** An event is not a status change of an execution, as Step Functions tells it by EventBridge. Nothing was recorded of it. */
export class InvalidEventError extends CumulusError {
  readonly code = 'INVALID_EVENT';
  /** Everything that is wrong, with its path in the event: `detail.executionArn`. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], cause?: unknown) {
    super(
      'The event is no status change of an execution, and nothing was recorded of it:',
      violations.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)),
      cause,
    );
    this.violations = violations;
  }
}

/** An event came without its message, and Step Functions does not have it any more (after 90 days). */
export class MessageUnavailableError extends CumulusError {
  readonly code = 'MESSAGE_UNAVAILABLE';
  readonly executionArn: string;

  constructor(executionArn: string, part: 'input' | 'output') {
    super(`The event of ${executionArn} came without its ${part}, and Step Functions does not tell it.`, [
      'Nothing was recorded of it.',
      'Step Functions forgets a standard execution after 90 days, and tells no express execution: send events with their input and output.',
    ]);
    this.executionArn = executionArn;
  }
}

/** Step Functions does not tell yet what an event does not tell itself: its answers lag behind. */
export class ExecutionNotVisibleYetError extends CumulusError {
  readonly code = 'EXECUTION_NOT_VISIBLE_YET';
  readonly executionArn: string;

  /** @param what is not told */
  constructor(executionArn: string, what: string) {
    super(`Step Functions does not tell of ${executionArn} yet: ${what}.`, [
      'Nothing was recorded of the event, which has to come again. What is not told an hour after it is taken for forgotten.',
    ]);
    this.executionArn = executionArn;
  }
}

/** Records of an event could not be written, while its others were. */
export class PartlyRecordedError extends CumulusError {
  readonly code = 'PARTLY_RECORDED';
  readonly executionArn: string;

  constructor(executionArn: string, reasons: readonly string[]) {
    super(`Not all that the event of ${executionArn} tells could be recorded:`, [
      ...reasons,
      'All else was. Recording the event again does no harm.',
    ]);
    this.executionArn = executionArn;
  }
}
