import type { CommandOptions } from '../../../command.ts';
import { backup } from '../options.ts';

export const options = { backup };

export type DescribeOptions = CommandOptions<typeof options>;
