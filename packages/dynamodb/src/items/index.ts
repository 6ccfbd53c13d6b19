export { fromAttributes, isNumberValue, type PlainItem, toAttributes } from './attribute-values.ts';
export { deleteItems, getItems } from './batches.ts';
export {
  MAX_TRANSACTION_WRITES,
  type Outcome,
  type TransactionOutcome,
  writeIf,
  writeTogether,
} from './conditional-writes.ts';
export type { Condition } from './conditions.ts';
export * as conditions from './conditions.ts';
export type { Changes } from './expression.ts';
export { describeItemKey } from './item-key.ts';
export { type ItemPage, queryPage, scanPageOfItems } from './item-pages.ts';
export type { Progress, ProgressListener } from './progress.ts';
export {
  DEFAULT_SCAN_CONCURRENCY,
  defaultSegments,
  type ScanSegmentsOptions,
  type SegmentPage,
  type SegmentPosition,
  scanSegments,
} from './scan-segments.ts';
export type { TypedItem, TypedValue } from './typed-item.ts';
export type { Check, Delete, Put, Update, Write } from './writes.ts';
