export { type BuiltCommand, builtCommand, type CommandOptions, type EndedJson, type Running } from './built-command.ts';
export { exampleLines } from './example-lines.ts';
export { type Ended, HostedCommand, type HostedOptions } from './hosted-command.ts';
export { type JsonRun, parseRun, resultOf } from './json-run.ts';
export { COMMAND_CLIENT } from './run-command.ts';
