import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { backoffOf } from '@cumulus/dynamodb/aws';
import { type Check, conditions, getItems, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { AssociatedRulesError, RecordBeingDeletedError, type RecordKey } from '../errors.ts';

/**
 * How a collection or provider is deleted so that no rule that names it can be written at the same time:
 *
 * 1. the record is marked as being deleted,
 * 2. the rules are read, strongly consistent: if any names the record, the mark is taken away again,
 * 3. the record is deleted, if it still bears this very mark.
 *
 * A rule is only written together with the condition that what it names bears no mark. So a rule written before the
 * mark is seen by the reading, and none is written after it. A mark that a killed process left is taken over by the next
 * deletion, and taken away by the next rule once it is older than a deletion can last; the deletion that had put it
 * there then finds it gone, and starts again.
 */

/** The attribute that marks a record: whose deletion it is, and until when (in milliseconds since 1970) it counts. */
export const DELETION_MARK = 'beingDeleted';

/** Longer than reading all rules takes, in milliseconds. */
const MARK_LASTS = 60_000;

/** A collection or provider, to be deleted or named by a rule. */
export interface Marked {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly key: RecordKey;
  readonly recordType: string;
  readonly now: () => number;
}

/**
 * Deletes a record unless rules name it.
 * @param rulesNaming reads the names of the rules that name the record, strongly consistent
 * @param beforeDeletion what has to be done first, once no rule can name the record any more; it may be called several times. If it
 *   throws, the record stays
 * @returns whether there was such a record
 * @throws AssociatedRulesError with the names of the rules; the record stays
 */
export async function deleteUnlessNamed(
  marked: Marked,
  rulesNaming: () => Promise<readonly string[]>,
  beforeDeletion: () => Promise<void> = async () => undefined,
): Promise<boolean> {
  const { client, table, key } = marked;
  const hashKey = Object.keys(key)[0] as string;
  // Several deletions at once would take each other's mark over again and again without waits of different length.
  for (const backoff = await backoffOf(client); ; await backoff.wait()) {
    const mark = { by: randomUUID(), until: marked.now() + MARK_LASTS };
    const update = { kind: 'update', table, key } as const;
    const changes = { set: { [DELETION_MARK]: mark } };
    const isMarked = await writeIf(client, { ...update, changes, conditions: [conditions.exists(hashKey)] });
    if (!isMarked.done) return false;
    const own = [conditions.equals(DELETION_MARK, mark)];
    try {
      const rules = await rulesNaming();
      if (rules.length > 0) throw new AssociatedRulesError(marked.recordType, key, rules);
      await beforeDeletion();
    } catch (error) {
      await writeIf(client, { ...update, changes: { remove: [DELETION_MARK] }, conditions: own });
      throw error;
    }
    const outcome = await writeIf(client, { kind: 'delete', table, key, conditions: own });
    if (outcome.done) return true;
    // Only another deletion that took the mark over removes a record, and that one has read the rules.
    if (outcome.present === undefined) return true;
  }
}

/** A condition on another item, and the error for when it is not met. */
export interface Guard {
  readonly check: Check;
  readonly refusal: () => Error;
}

/**
 * What a rule is written with: that a record which it names is not being deleted just now, and if there was one, still is
 * there. A rule may name a record that never was.
 */
export async function notBeingDeleted(marked: Marked): Promise<Guard> {
  const { client, table, key, recordType } = marked;
  const [item] = await getItems({ client, table, consistent: true }, [key]);
  if (item !== undefined) await clearStaleMark(marked, item);
  const stays = item === undefined ? [] : [conditions.exists(Object.keys(key)[0] as string)];
  return {
    check: { kind: 'check', table, key, conditions: [...stays, conditions.absent(DELETION_MARK)] },
    refusal: () => new RecordBeingDeletedError(recordType, key),
  };
}

/** Takes away a mark that a deletion left which was killed. */
async function clearStaleMark({ client, table, key, now }: Marked, item: PlainItem): Promise<void> {
  const mark = item[DELETION_MARK] as { readonly until: number } | undefined;
  if (mark === undefined || mark.until > now()) return;
  const changes = { remove: [DELETION_MARK] };
  await writeIf(client, { kind: 'update', table, key, changes, conditions: [conditions.equals(DELETION_MARK, mark)] });
}
