import type { PlainItem } from '@cumulus/dynamodb';
import { type Granule, granuleType, type NewGranule } from '../schemas/granule.ts';
import { type ListedContext, ListedModel } from './listed-model.ts';

/**
 * The attribute of a granule of which the files' records are still being written: whose recording that is. It is there only
 * for granules with more files than one transaction takes.
 */
export const PENDING_FILES = 'pendingFiles';

/** Reads and writes granules. */
export class GranuleModel extends ListedModel<Granule, NewGranule, 'granuleId'> {
  constructor(context: ListedContext) {
    const statuses = ['running', 'completed', 'failed'];
    super(granuleType, { statuses, hasProvider: true, collectionIndex: 'collectionId-granuleId-index' }, context);
  }

  protected override async unseal(item: PlainItem): Promise<Granule> {
    const { [PENDING_FILES]: _, ...granule } = item;
    return super.unseal(granule);
  }
}
