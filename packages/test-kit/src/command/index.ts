export { type BuiltCommand, builtCommand, type CommandOptions, type Ended, type Running } from './built-command.ts';
export { exampleLines } from './example-lines.ts';
export { COMMAND_CLIENT } from './run-command.ts';
