export {
  type CumulusMessage,
  type ExecutionState,
  parseMessage,
  type WorkflowStatus,
  withExecutionState,
} from './cumulus-message.ts';
export { InvalidMessageError, RemoteMessageError, RemoteMessageMissingError } from './errors.ts';
export { isNoException } from './exception.ts';
export { executionArnOf, executionUrlOf } from './execution-arn.ts';
export { type FetchText, fetchFromS3, followMessage } from './large-message.ts';
export { type MessageRecords, recordsOfMessage } from './message-records.ts';
export type { MessageProblem } from './problems.ts';
export type { EventFacts } from './workflow-facts.ts';
