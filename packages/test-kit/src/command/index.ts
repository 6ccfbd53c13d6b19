export type { CommandOptions } from './run-command.ts';
export { checkCommand, commandEnvironment, runCommand, temporaryFolder } from './run-command.ts';
