import type { Answer } from './engine.ts';

/** The units that a table's part of a transaction took. */
interface TableCapacity {
  readonly TableName: string;
  readonly CapacityUnits: number;
}

/** A transaction reads or writes each item twice. */
const TRANSACTION_FACTOR = 2;

/**
 * `ConsumedCapacity` of a transaction, one for each table, where it was asked for.
 * @param answers those to its parts, which were asked for it as the transaction was
 */
export function consumedCapacity(asked: unknown, answers: readonly Answer[]): { ConsumedCapacity?: TableCapacity[] } {
  if (asked !== 'TOTAL' && asked !== 'INDEXES') return {};
  const units = new Map<string, number>();
  for (const { body } of answers) {
    const { TableName: table, CapacityUnits: more } = body['ConsumedCapacity'] as TableCapacity;
    units.set(table, (units.get(table) ?? 0) + more * TRANSACTION_FACTOR);
  }
  return { ConsumedCapacity: [...units].map(([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })) };
}
