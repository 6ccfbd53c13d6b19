import type { CommandOptions } from '../../../command.ts';
import { folderOptions } from '../options.ts';

export const options = folderOptions;

export type ListOptions = CommandOptions<typeof options>;
