export { EXIT_STATUS, type Io } from '@cumulus/cli';
export type { LocalServers, StartedDynamoDB } from './commands/serve/local-servers.ts';
export { run } from './run.ts';
