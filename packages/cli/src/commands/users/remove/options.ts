import type { CommandOptions } from '../../../command.ts';
import { namesOptions } from '../options.ts';

export const options = namesOptions('remove');

export type RemoveOptions = CommandOptions<typeof options>;
