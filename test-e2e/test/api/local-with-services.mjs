// Serves a local deployment over the tests' DynamoDB, with the other services where AWS_ENDPOINT_URL says, which the command
// itself never follows.
import { run as runCommand } from '@cumulus/api';

export function run(argv, io) {
  const { AWS_ENDPOINT_URL: otherServices, AWS_ENDPOINT_URL_DYNAMODB: endpoint } = process.env;
  const server = { endpoint, description: 'the DynamoDB of the tests', stop: async () => undefined };
  return runCommand(argv, io, { local: { startDynamoDB: async () => server, otherServices } });
}
