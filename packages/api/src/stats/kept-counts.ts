import { TableNotFoundError } from '@cumulus/dynamodb/aws';
import { type AllCounts, type CountedType, type CountsTable, readCounts } from '@cumulus/models/counts';

/** The kept counts of a type; undefined where there are none yet, or they may be wrong. */
export async function keptCounts(counts: CountsTable, recordType: CountedType): Promise<AllCounts | undefined> {
  const kept = await findCounts(counts, recordType);
  return kept?.recountDue === undefined ? kept : undefined;
}

/** The kept counts of a type, even if they may be wrong; undefined where there is no table of them. */
export async function findCounts(counts: CountsTable, recordType: CountedType): Promise<AllCounts | undefined> {
  try {
    return await readCounts({ ...counts, recordType });
  } catch (error) {
    // A deployment from before there were any.
    if (error instanceof TableNotFoundError) return undefined;
    throw error;
  }
}
