export { EXIT_STATUS, type Io, run } from '@cumulus/cli';
export * from '@cumulus/dynamodb';
export * from '@cumulus/models';
