export {
  type AddCommand,
  type CommandDefinition,
  type Context,
  defineCommand,
  type Outcome,
  type Task,
} from './command.ts';
export { EXIT_STATUS } from './exit-status.ts';
export type { GlobalOptions } from './global-options.ts';
export type { Io } from './io.ts';
export { flag, s3Url, sinceTime, text, wholeNumber } from './option-values.ts';
export { printable } from './printable.ts';
export { run } from './run.ts';
export { type NamedTables, tableNames } from './table-names.ts';
export { UsageError } from './usage-error.ts';
export { writeLines } from './write-lines.ts';
