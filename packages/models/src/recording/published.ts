import type { PlainItem } from '@cumulus/dynamodb/items';

/** Whether a granule's record says that it is in CMR. Other writers may have any value there that is not false. */
export function isPublished({ published }: PlainItem): boolean {
  return Boolean(published);
}
