import type { CommandOptions } from '../../command.ts';
import { deploymentPrefix, file, someOf } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';

const TYPES = ['granule', 'execution', 'pdr'] as const;

/** Options that all commands of `counts` have. */
export const countsOptions = {
  prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })),
  tables: file({
    describe: 'File with the Terraform output dynamo_tables, if tables have other names',
  }),
  type: someOf(TYPES, { default: TYPES, describe: 'What to count' }),
};

export type CountsOptions = CommandOptions<typeof countsOptions>;
