import type { CommandOptions } from '../../command.ts';
import { someOf, text } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';

const TYPES = ['granule', 'execution', 'pdr'] as const;

/** Options that all commands of `counts` have. */
export const countsOptions = {
  prefix: required(text({ describe: 'The prefix of the deployment' })),
  tables: text({
    describe: 'The counted tables by this file, the Terraform output dynamo_tables, where they have other names',
  }),
  type: someOf(TYPES, { default: TYPES, describe: 'What to count' }),
};

export type CountsOptions = CommandOptions<typeof countsOptions>;
