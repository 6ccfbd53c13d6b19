import type { CommandOptions } from '../../command.ts';
import { deploymentPrefix } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';

/** The options that all commands of `tables` have. */
export const tablesOptions = { prefix: required(deploymentPrefix({ describe: 'The prefix of the deployment' })) };

export type TablesOptions = CommandOptions<typeof tablesOptions>;
