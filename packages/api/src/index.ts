export { EXIT_STATUS, type Io } from '@cumulus/cli';
export * from '@cumulus/dynamodb';
export * from '@cumulus/models';
export { run } from './run.ts';
