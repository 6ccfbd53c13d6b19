export { startTestDynamoDB } from './test-server.ts';
