export { EXIT_STATUS, type Io } from '@cumulus/cli';
export * from '@cumulus/dynamodb';
export * from '@cumulus/models';
export * from './events/index.ts';
export { run } from './run.ts';
export type { LocalServers, StartedDynamoDB } from './serve/local-servers.ts';
