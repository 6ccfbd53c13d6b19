import type { Argv } from 'yargs';
import { type AddCommand, defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { flag, text, wholeNumber } from '../../option-values.ts';

/** What is counted. */
export type CountedType = 'granule' | 'execution' | 'pdr';

export interface CountsOptions extends GlobalOptions {
  readonly prefix: string;
  readonly tables: string | undefined;
  readonly type: readonly CountedType[];
}

export interface ShowOptions extends CountsOptions {
  readonly collections: boolean;
}

export interface RecountOptions extends CountsOptions {
  readonly 'dry-run': boolean | undefined;
  readonly settle: number | undefined;
}

/** `counts` with its three commands. */
export const counts: AddCommand = (parser, choose) => {
  parser.command('counts', 'Counts of granules, executions and PDRs: show, recount, follow', (inner) => {
    for (const add of [show, recount, follow]) add(inner as Argv<GlobalOptions>, choose);
    return inner.demandCommand(1, 'Name a command of counts: show, recount or follow');
  });
};

const show = defineCommand<ShowOptions>({
  name: 'counts show',
  usage: 'show',
  describe: 'Show the counts by status, and whether they can be relied on; fails if a recount is due',
  options: (parser) =>
    addCommon(parser)
      .option('collections', { type: 'boolean', default: false, describe: 'Show those of each collection too' })
      .example('$0 counts show --prefix prod', '')
      .example('$0 counts show --prefix prod --type granule --collections --json', ''),
  several: () => true,
  load: async () => (await import('./plan-show.ts')).planShow,
});

const recount = defineCommand<RecountOptions>({
  name: 'counts recount',
  usage: 'recount',
  describe: 'Count all records anew and repair the counts, while the tables are in use',
  options: (parser) =>
    addCommon(parser)
      .options({
        'dry-run': { ...flag('dry-run'), describe: 'Count, and only tell what would be repaired' },
        settle: {
          ...wholeNumber('settle'),
          defaultDescription: '15',
          describe: 'Seconds within which a change is sure to be in its stream',
        },
      })
      .example('$0 counts recount --prefix prod', 'after a restore')
      .example('$0 counts recount --prefix prod --type pdr --dry-run', ''),
  several: () => true,
  load: async () => (await import('./plan-recount.ts')).planRecount,
});

const follow = defineCommand<CountsOptions>({
  name: 'counts follow',
  usage: 'follow',
  describe: "Keep the counts right by the tables' streams, until it is interrupted",
  options: (parser) => addCommon(parser).example('$0 counts follow --prefix prod', ''),
  several: () => false,
  load: async () => (await import('./plan-follow.ts')).planFollow,
});

function addCommon(parser: Argv<GlobalOptions>): Argv<CountsOptions> {
  return parser.options({
    prefix: { ...text('prefix'), demandOption: true, describe: 'The prefix of the deployment' },
    tables: {
      ...text('tables'),
      describe: 'The counted tables by this file, the Terraform output dynamo_tables, where they have other names',
    },
    type: {
      type: 'array',
      requiresArg: true,
      choices: ['granule', 'execution', 'pdr'] as const,
      default: ['granule', 'execution', 'pdr'] as const,
      describe: 'What to count',
    },
  });
}
