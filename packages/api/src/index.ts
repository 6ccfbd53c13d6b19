export type { Io } from '@cumulus/cli';
export type { LocalServers, StartedDynamoDB } from './commands/serve/local-servers.ts';
export { type RunOptions, run } from './run.ts';
