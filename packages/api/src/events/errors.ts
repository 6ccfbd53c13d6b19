import { CumulusError } from '@cumulus/dynamodb/aws';
import type { Violation } from '@cumulus/models';

/** An event is not a status change of an execution, as Step Functions sends it to EventBridge. Nothing was recorded of it. */
export class InvalidEventError extends CumulusError {
  readonly code = 'INVALID_EVENT';
  /** Everything that is wrong, with its path in the event: `detail.executionArn`. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], cause?: unknown) {
    super(
      'The event is not a status change of an execution, and nothing was recorded of it:',
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
    super(`The event of ${executionArn} has no ${part}, and Step Functions does not have it either.`, [
      'Nothing was recorded of it.',
      'Step Functions keeps a standard execution for 90 days, and does not describe express executions. Send events with their input and output.',
    ]);
    this.executionArn = executionArn;
  }
}

/** Step Functions does not yet have what an event lacks: its answers lag behind its events. */
export class ExecutionNotVisibleYetError extends CumulusError {
  readonly code = 'EXECUTION_NOT_VISIBLE_YET';
  readonly executionArn: string;

  /** @param what is missing */
  constructor(executionArn: string, what: string) {
    super(`Step Functions does not have ${executionArn} yet: ${what}.`, [
      'Nothing was recorded of the event. Send it again. After an hour, the execution is treated as gone.',
    ]);
    this.executionArn = executionArn;
  }
}

/** Records of an event could not be written, while its others were. */
export class PartlyRecordedError extends CumulusError {
  readonly code = 'PARTLY_RECORDED';
  readonly executionArn: string;

  constructor(executionArn: string, reasons: readonly string[]) {
    super(`Not all of the event of ${executionArn} could be recorded:`, [
      ...reasons,
      'All else was. Recording the event again does no harm.',
    ]);
    this.executionArn = executionArn;
  }
}
