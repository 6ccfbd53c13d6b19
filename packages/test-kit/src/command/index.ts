export { exampleLines } from './example-lines.ts';
export type { CommandOptions } from './run-command.ts';
export { COMMAND_CLIENT, checkCommand, commandEnvironment, runCommand, temporaryFolder } from './run-command.ts';
