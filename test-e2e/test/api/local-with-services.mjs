// Serves a local deployment over the tests' DynamoDB, with the other services where AWS_ENDPOINT_URL says, which the command
// itself never follows.
import { run } from '@cumulus/api';

const { AWS_ENDPOINT_URL: otherServices, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = process.env;
const server = { endpoint, description: 'the DynamoDB of the tests', stop: async () => undefined };
process.exitCode = await run(process.argv.slice(2), process, {
  local: { startDynamoDB: async () => server, otherServices },
});
