import type { PlainItem } from '@cumulus/dynamodb/items';
import { type Granule, granuleType, type NewGranule } from '../schemas/granule.ts';
import { withCurrentFiles } from './earlier-files.ts';
import { withoutLastingRun } from './lasting-run.ts';
import { type PayloadContext, PayloadModel } from './payload-model.ts';

/**
 * The attribute of a granule of which the files' records are still being written: whose recording that is. It is there only
 * for granules with more files than one transaction takes.
 */
export const PENDING_FILES = 'pendingFiles';

/**
 * The attribute of a granule whose files were moved: the places that they have left, where objects are still to be deleted. It is there
 * only until that is done.
 */
export const MOVED_FILES = 'movedFiles';

/** Reads and writes granules. An error may be a pointer to S3, the same as its execution's. */
export class GranuleModel extends PayloadModel<Granule, NewGranule, 'granuleId'> {
  constructor(context: PayloadContext) {
    const statuses = ['running', 'completed', 'failed'];
    super(granuleType, { statuses, pointerFields: ['error'] }, context);
  }

  protected override async unseal(item: PlainItem): Promise<Granule> {
    const { [PENDING_FILES]: _pending, [MOVED_FILES]: _moved, ...granule } = item;
    return super.unseal(withCurrentFiles(withoutLastingRun(granule)));
  }
}
