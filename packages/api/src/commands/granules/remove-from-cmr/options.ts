import { type CommandOptions, confirmation } from '@cumulus/cli';
import { granuleOptions } from '../options.ts';

export const options = { ...granuleOptions, ...confirmation };

export type RemoveFromCmrOptions = CommandOptions<typeof options>;
