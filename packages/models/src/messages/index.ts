export {
  type CumulusMessage,
  type ExecutionState,
  parseMessage,
  type WorkflowStatus,
  withExecutionState,
} from './cumulus-message.ts';
export { InvalidMessageError } from './errors.ts';
export { isNoException } from './exception.ts';
export { executionUrlOf } from './execution-arn.ts';
export { followMessage } from './large-message.ts';
export { type MessageRecords, recordsOfMessage } from './message-records.ts';
export { type GranuleMetadataFile, type MetadataFormat, metadataFilesOf, metadataFormatOf } from './metadata-file.ts';
export type { MessageProblem } from './problems.ts';
export type { EventFacts, GranuleTimes } from './workflow-facts.ts';
