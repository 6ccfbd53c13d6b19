/** The deployment has no workflow of this name. */
export class WorkflowNotFoundError extends Error {
  override readonly name = 'WorkflowNotFoundError';

  constructor(workflow: string) {
    super(`A workflow "${workflow}" does not exist.`);
  }
}

/** The deployment is not set up for what was asked. */
export class NotConfiguredError extends Error {
  override readonly name = 'NotConfiguredError';
}

/** What a granule was made from is known no more, so that it cannot be ingested again. */
export class OriginUnknownError extends Error {
  override readonly name = 'OriginUnknownError';
}
