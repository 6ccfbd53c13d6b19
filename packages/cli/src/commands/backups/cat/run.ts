import type { Context, Task } from '../../../command.ts';
import { writeFound } from '../write-found.ts';
import type { CatOptions } from './options.ts';

export async function runCat(options: CatOptions, context: Context): Promise<readonly Task[]> {
  return writeFound(options, { keys: options.key }, context);
}
