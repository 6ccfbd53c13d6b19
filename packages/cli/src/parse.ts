import yargs from 'yargs';
import type { AddCommand, ChosenCommand } from './command.ts';
import { adopt } from './commands/adopt/command.ts';
import { backup } from './commands/backup/command.ts';
import { copy } from './commands/copy/command.ts';
import { counts } from './commands/counts/command.ts';
import { executions } from './commands/executions/command.ts';
import { exportTables } from './commands/export/command.ts';
import { importTable } from './commands/import/command.ts';
import { onDemand } from './commands/on-demand/command.ts';
import { pitr } from './commands/pitr/command.ts';
import { restore } from './commands/restore/command.ts';
import { tables } from './commands/tables/command.ts';
import { users } from './commands/users/command.ts';
import { verify } from './commands/verify/command.ts';
import { addGlobalOptions } from './global-options.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

const HELP_WIDTH = 110;

/**
 * Understands a command line.
 * @param further commands besides those of this package
 * @returns the command with its options; or the text to print, of `--help` or `--version`
 * @throws UsageError
 */
export function parse(argv: readonly string[], further: readonly AddCommand[] = []): ChosenCommand | string {
  let chosen: ChosenCommand | undefined;
  let printed = '';
  const parser = addGlobalOptions(
    yargs()
      .scriptName('cumulus-api')
      .usage(
        '$0 <command>\n\nBack up, restore, verify and recover the DynamoDB tables that hold the metadata of Cumulus.',
      )
      // English only: no look at the environment for a language, and no file of translations.
      .locale('en')
      .parserConfiguration({
        'boolean-negation': false,
        'camel-case-expansion': false,
        'dot-notation': false,
        // Each option checks its own value, and says what was wrong with the text that was given.
        'parse-numbers': false,
        'parse-positional-numbers': false,
      }),
  );
  for (const add of [
    backup,
    restore,
    verify,
    tables,
    counts,
    users,
    executions,
    pitr,
    onDemand,
    exportTables,
    importTable,
    copy,
    adopt,
    ...further,
  ]) {
    add(parser, (command) => {
      chosen = command;
    });
  }
  parser
    .demandCommand(
      1,
      'Name a command: backup, restore, verify, tables, counts, users, executions, pitr, on-demand, export, import, copy, adopt …',
    )
    .strict()
    .help()
    .alias('help', 'h')
    .version(VERSION)
    .epilogue('Credentials, region and endpoint come from the usual places of AWS unless given.')
    .wrap(HELP_WIDTH)
    .exitProcess(false)
    .fail((message, error) => {
      throw error instanceof UsageError ? error : new UsageError(message ?? error.message);
    })
    .parse([...argv], {}, (_error, _options, output) => {
      printed = output;
    });
  return chosen ?? printed;
}
