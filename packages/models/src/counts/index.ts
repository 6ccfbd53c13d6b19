export type { CountDifference } from './count-differences.ts';
export { COUNTED_TYPES, type CountedTable, type CountedType } from './counted-types.ts';
export { markRecountDue, type RecountDue } from './counts-state.ts';
export type { CountsTable } from './counts-table.ts';
export type { TimeCounts, TimeSpan } from './day-tally.ts';
export { EventSourceError, NoStreamError, RecountInProgressError, RecountTooSlowError } from './errors.ts';
export { type FollowCountsOptions, followCounts } from './follow-counts.ts';
export {
  type CountsHandlerOptions,
  createCountsHandler,
  type StreamEvent,
  type StreamEventResult,
} from './lambda-handler.ts';
export {
  type AllCounts,
  type CollectionCounts,
  type CountsOfTime,
  listCollectionCounts,
  readCounts,
  readCountsByCollection,
  readCountsOfTime,
} from './read-counts.ts';
export { type RecountOptions, type RecountResult, recount } from './recount.ts';
export type { Counts } from './tally.ts';
