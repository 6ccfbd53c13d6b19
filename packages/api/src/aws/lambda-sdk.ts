// What is used of the SDK, so that the Lambda functions' files have no more of it.
export {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetPolicyCommand,
  LambdaClient,
  paginateListEventSourceMappings,
  RemovePermissionCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
