import type { CommandOptions } from '../../../command.ts';
import { confirmation } from '../../../options/confirmation.ts';
import { namesOptions } from '../options.ts';

export const options = { ...namesOptions('remove'), ...confirmation };

export type RemoveOptions = CommandOptions<typeof options>;
