import type { CommandOptions } from '../../../command.ts';
import { tablesOptions } from '../options.ts';

export const options = tablesOptions;

export type ListOptions = CommandOptions<typeof options>;
