import type { Argv } from 'yargs';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, tableName, text, wholeNumber } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface CopyOptions extends GlobalOptions {
  readonly from: string;
  readonly to: string;
  readonly 'no-delete': boolean | undefined;
  readonly list: string | undefined;
  readonly verify: boolean | undefined;
  readonly concurrency: number | undefined;
  readonly 'max-read-units': number | undefined;
  readonly 'max-write-units': number | undefined;
  readonly 'dry-run': boolean | undefined;
  readonly yes: boolean | undefined;
}

export const copy = defineCommand<CopyOptions>({
  name: 'copy',
  usage: 'copy',
  describe: 'Bring a table to the state of another by writing only what differs',
  options: addOptions,
  several: () => false,
  load: async () => (await import('./plan.ts')).planCopy,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<CopyOptions> {
  return parser
    .options({
      from: { ...tableName('from'), demandOption: true, describe: 'The table whose state is wanted' },
      to: { ...tableName('to'), demandOption: true, describe: 'The table to bring to it' },
      'no-delete': { ...flag('no-delete'), describe: 'Keep what only the table --to has' },
      list: { ...text('list'), describe: 'Write the key of each difference to this file, a line of JSON each' },
      verify: { ...flag('verify'), describe: 'Compare the tables again afterwards' },
      concurrency: { ...wholeNumber('concurrency'), describe: 'Requests under way at once' },
      'max-read-units': {
        ...wholeNumber('max-read-units'),
        describe: 'Most read capacity units to use in a second, of each table',
      },
      'max-write-units': {
        ...wholeNumber('max-write-units'),
        describe: 'Most write capacity units to use in a second',
      },
      'dry-run': { ...flag('dry-run'), describe: 'Only compare, and tell what it would write' },
      yes: { ...flag('yes'), describe: 'Do not ask before items are changed or deleted' },
    })
    .check(({ from, to }) => {
      if (from === to) throw new UsageError('--from and --to take two different tables');
      return true;
    })
    .epilogue(
      'Stop what writes to the table --to before. An item that is written all the same while the copy is under way is ' +
        'left alone, as far as it is seen, and the copy fails.',
    )
    .example('$0 copy --from prod-PdrsTable-recovered --to prod-PdrsTable --dry-run', 'see what differs')
    .example('$0 copy --from prod-PdrsTable-recovered --to prod-PdrsTable --yes --verify', 'bring it back');
}
