export {
  type Command,
  type CommandDefinition,
  type CommandGroup,
  type CommandOptions,
  type Context,
  type DescribedCommand,
  defineCommand,
  type Outcome,
  type ResultTexts,
  type RunCommand,
  type Task,
} from './command.ts';
export { COMMANDS } from './commands/index.ts';
export { completion } from './completion/command.ts';
export { EXIT_STATUS } from './exit-status.ts';
export { HELP_DESCRIPTION } from './help-command.ts';
export { alternatives, suggest } from './near-words.ts';
export { confirmation } from './options/confirmation.ts';
export { GLOBAL_OPTIONS, type GlobalOptions } from './options/global-options.ts';
export {
  deploymentPrefix,
  file,
  files,
  flag,
  folder,
  oneOf,
  s3Url,
  tableName,
  text,
  texts,
  wholeNumber,
} from './options/kinds.ts';
export {
  type Option,
  type OptionDeclarations,
  type OptionValues,
  orEnvironment,
  positional,
  type RawValues,
  required,
  typedOnly,
} from './options/option.ts';
export { checkS3Options, onlyToS3, s3FileOptions, s3WriteOptions } from './options/s3-options.ts';
export { sinceTime } from './options/time-kinds.ts';
export { count, number } from './output/number.ts';
export { printable } from './output/printable.ts';
export { run } from './run.ts';
export { type NamedTables, tableNames } from './tables/table-names.ts';
export type { Io } from './terminal/io.ts';
export { UsageError } from './usage-error.ts';
export { keepHeapSmall } from './v8-settings.ts';
