import { conditions, getItems, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { LASTING_RUN } from '../models/lasting-run.ts';
import { withoutOutside } from './lasting-fields.ts';
import { isPublished } from './published.ts';
import { FIELDS } from './record-granule.ts';
import type { RecordingTarget } from './recording-target.ts';

/**
 * Records that a granule is in CMR no more. Its files stay those of the run that they are of, whichever events come later.
 *
 * @param cmrLink what the record says that it was found by in CMR
 * @param now in milliseconds since 1970
 * @returns `changed` if the granule is gone, or has been published again meanwhile
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { unpublishGranule } from '@cumulus/models/recording';
 *
 * const target = { client: createClient(), tableName: (name: string) => `prod-${name}` };
 * await unpublishGranule(target, { granuleId: 'G1', cmrLink: 'https://cmr.example.org/G1' }, Date.now());
 * ```
 */
export async function unpublishGranule(
  { client, tableName }: RecordingTarget,
  { granuleId, cmrLink }: { readonly granuleId: string; readonly cmrLink?: string | undefined },
  now: number,
): Promise<'recorded' | 'changed'> {
  const own = { table: tableName('GranulesTable'), key: { granuleId } };
  for (;;) {
    const [granule] = await getItems({ client, table: own.table, consistent: true }, [own.key]);
    if (granule === undefined || granule['cmrLink'] !== cmrLink) return 'changed';
    if (!isPublished(granule) && cmrLink === undefined) return 'recorded';
    const { cmrLink: _, ...others } = granule;
    const after: PlainItem = { ...others, published: false };
    const run = withoutOutside(FIELDS, granule, after);
    const seen = ['published', 'cmrLink', 'status', 'updatedAt', LASTING_RUN];
    const outcome = await writeIf(client, {
      kind: 'update',
      ...own,
      changes: {
        set: { published: false, updatedAt: now, ...(run === undefined ? {} : { [LASTING_RUN]: run }) },
        remove: ['cmrLink', ...(run === undefined ? [LASTING_RUN] : [])],
      },
      conditions: [conditions.exists('granuleId'), ...seen.map((field) => conditions.equals(field, granule[field]))],
    });
    if (outcome.done) return 'recorded';
  }
}
