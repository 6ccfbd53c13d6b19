import { CumulusError } from '@cumulus/dynamodb/aws';

/** The deployment has no workflow of this name. */
export class WorkflowNotFoundError extends CumulusError {
  readonly code = 'WORKFLOW_NOT_FOUND';
  constructor(workflow: string) {
    super(`A workflow "${workflow}" does not exist.`);
  }
}

/** The deployment is not set up for what was asked. */
export class NotConfiguredError extends CumulusError {
  readonly code = 'NOT_CONFIGURED';
}

/** A workflow is to be started from a queue that the deployment does not have. */
export class QueueNotFoundError extends CumulusError {
  readonly code = 'QUEUE_NOT_FOUND';
  constructor(queueName: string, queues: readonly string[]) {
    super(`A queue "${queueName}" does not exist.`, [
      queues.length === 0 ? 'The deployment has none.' : `Those that there are: ${queues.join(', ')}.`,
    ]);
  }
}

/** AWS does not take what a rule wants to be triggered by, or the rule's source lacks what it needs. */
export class TriggerRefusedError extends CumulusError {
  readonly code = 'TRIGGER_REFUSED';
}

/** The input that a granule was made from is no longer known, so that it cannot be ingested again. */
export class OriginUnknownError extends CumulusError {
  readonly code = 'ORIGIN_UNKNOWN';
}
