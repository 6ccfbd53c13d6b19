import { type Condition, conditions, queryPage, scanPageOfItems } from '@cumulus/dynamodb/items';
import { canBeKey } from '../schemas/fields.ts';
import { type Collected, MAX_PAGES } from './collected.ts';
import { type ListedTable, type NewestOptions, type PartitionPosition, type Plan, TIME } from './list-plan.ts';

/** Whether there can be records that belong to the list, but are not in its index. */
export async function mayHaveUnlisted({ countUnlisted }: ListedTable, { from, to }: NewestOptions): Promise<boolean> {
  if (from !== undefined || to !== undefined) return false;
  return (await countUnlisted?.()) !== 0;
}

/** Looks through the table for records that the index does not have, and returns how far it came. */
export async function readUnlisted(
  listed: ListedTable,
  plan: Plan,
  start: PartitionPosition,
  collected: Collected,
): Promise<PartitionPosition> {
  const { client, table, key } = listed;
  const hasNoTime = conditions.isNot(TIME, 'N');
  const filter = [
    plan.wanted.length === 0 ? conditions.anyOf(hasNoTime, conditions.noneOf('status', listed.statuses)) : hasNoTime,
    ...plan.wanted.map(([attribute, value]) => conditions.equals(attribute, value)),
  ];
  const byCollection = indexOfUnlisted(listed, plan);
  let position = start;
  for (let pages = 0; pages < MAX_PAGES && position !== 'end' && !collected.full; pages += 1) {
    const request = { client, table, after: typeof position === 'string' ? undefined : position };
    const page = await (byCollection === undefined
      ? scanPageOfItems({ ...request, filter })
      : queryPage({
          ...request,
          index: byCollection,
          hashKey: ['collectionId', plan.values[0] ?? ''],
          filter: [filter[0] as Condition, ...plan.filter],
        }));
    const taken = page.items.slice(0, collected.left);
    collected.unlisted.push(...taken);
    const last = taken.at(-1);
    if (taken.length === page.items.length || last === undefined) position = page.next ?? 'end';
    else {
      position = { [key]: last[key], collectionId: byCollection === undefined ? undefined : last['collectionId'] };
    }
  }
  return position;
}

/** The index that has a list's records without a time too: there is one for a collection, unless none can be so called. */
export function indexOfUnlisted({ collectionIndex }: ListedTable, { index, values }: Plan): string | undefined {
  return index === 'collectionId' && canBeKey(values[0]) ? collectionIndex : undefined;
}
