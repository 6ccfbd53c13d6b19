export {
  type CommandOptions,
  checkCommand,
  commandEnvironment,
  runCommand,
  temporaryFolder,
} from './command/run-command.ts';
export { describeUnless } from './describe-unless.ts';
export { onDynamoDBLocal } from './on-dynamodb-local.ts';
export { type OwnMoto, onMoto, ownMoto, whyNoMoto } from './own-moto.ts';
export { putSampleRecords } from './sample-records.ts';
export { startTestDynamoDB } from './servers/test-server.ts';
export { sizeOf } from './size.ts';
