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
      queues.length === 0 ? 'The deployment has none.' : `Existing queues: ${queues.join(', ')}.`,
    ]);
  }
}

/** AWS does not take the trigger of a rule, or the rule's source lacks what it needs. */
export class TriggerRefusedError extends CumulusError {
  readonly code = 'TRIGGER_REFUSED';
}

/** The input that a granule was made from is no longer known, so that it cannot be ingested again. */
export class OriginUnknownError extends CumulusError {
  readonly code = 'ORIGIN_UNKNOWN';
}

/** CMR, or the service that gives its tokens, refused a request, or answered in another form than its own. */
export class CmrError extends CumulusError {
  readonly code = 'CMR_FAILED';
}

/** A granule's metadata file for CMR is not one: it is no XML or JSON, or lacks what is needed of it. Nothing was changed. */
export class MetadataError extends CumulusError {
  readonly code = 'METADATA_INVALID';
}

/** The request for a granule cannot be met: it is not published, or a destination is no place for its files. */
export class GranuleRequestError extends CumulusError {
  readonly code = 'GRANULE_REQUEST_INVALID';
}

/** A granule, or its files in S3, are not in a state in which this can be done. What was done so far is found by the same request. */
export class GranuleConflictError extends CumulusError {
  readonly code = 'GRANULE_CONFLICT';
}
