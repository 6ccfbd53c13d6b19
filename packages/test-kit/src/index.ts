export { describeUnless } from './describe-unless.ts';
export { onDynamoDBLocal } from './on-dynamodb-local.ts';
export { type OwnMoto, onMoto, ownMoto, whyNoMoto } from './own-moto.ts';
export { startTestDynamoDB } from './test-server.ts';
