export { onDynamoDBLocal } from './on-dynamodb-local.ts';
export { startTestDynamoDB, TEST_ENDPOINT_VARIABLE, TestEndpointError, type TestServer } from './test-server.ts';
