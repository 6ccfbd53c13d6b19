import type { CommandOptions } from '@cumulus/cli';
import { granuleOptions } from '../options.ts';

export const options = granuleOptions;

export type RemoveFromCmrOptions = CommandOptions<typeof options>;
