import type { OperationFolder } from '../operations/operation-folder.ts';
import { type BulkFailure, FAILURES } from './bulk-granules.ts';

/** All granules that something could not be done with, list by list. */
export async function* failuresOf(folder: OperationFolder): AsyncGenerator<BulkFailure> {
  for (const name of await folder.list(FAILURES)) yield* (await folder.read(name)) as readonly BulkFailure[];
}
