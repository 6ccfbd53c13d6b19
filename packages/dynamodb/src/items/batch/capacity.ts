/** What DynamoDB says that a request took. */
export interface Capacity {
  readonly CapacityUnits?: number;
}

/** One write capacity unit for each item and each KB of it; its JSON is never shorter than what DynamoDB counts. */
export function estimatedUnits(items: readonly Buffer[]): number {
  return items.reduce((units, item) => units + Math.ceil(item.length / 1024), 0);
}
