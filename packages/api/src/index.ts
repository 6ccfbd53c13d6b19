export { EXIT_STATUS, type Io } from '@cumulus/cli';
export { run } from './run.ts';
export type { LocalServers, StartedDynamoDB } from './serve/local-servers.ts';
