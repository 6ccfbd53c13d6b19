import { parseFilters } from '../../../backup-source/filters.ts';
import type { Context, Task } from '../../../command.ts';
import { writeFound } from '../write-found.ts';
import type { FindOptions } from './options.ts';

export async function runFind(options: FindOptions, context: Context): Promise<readonly Task[]> {
  return writeFound(options, { where: parseFilters(options.where), limit: options.limit }, context);
}
