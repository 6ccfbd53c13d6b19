export type { AttributeChange } from './attribute-changes.ts';
export { describeItemKey } from './item-key.ts';
export { fromAttributes, isNumberValue, type PlainItem, toAttributes } from './plain/attribute-values.ts';
export { deleteItems, getItems } from './plain/batches.ts';
export { getItemsCoalesced } from './plain/coalesced-reads.ts';
export {
  MAX_TRANSACTION_WRITES,
  type Outcome,
  type TransactionOutcome,
  type WriteOptions,
  writeIf,
  writeTogether,
} from './plain/conditional-writes.ts';
export type { Condition } from './plain/conditions.ts';
export * as conditions from './plain/conditions.ts';
export type { Changes } from './plain/expression.ts';
export { type ItemPage, queryPage, scanPageOfItems } from './plain/item-pages.ts';
export type { Check, Delete, Put, Update, Write } from './plain/writes.ts';
export { plainJson, plainValueJson } from './plain-json.ts';
export type { Progress, ProgressListener } from './progress.ts';
export { hasItems } from './scan/has-items.ts';
export { type ScanItemsOptions, scanItems } from './scan/scan-items.ts';
export {
  DEFAULT_SCAN_CONCURRENCY,
  defaultSegments,
  type ScanSegmentsOptions,
  type SegmentPage,
  type SegmentPosition,
  scanSegments,
} from './scan/scan-segments.ts';
export type { TypedItem, TypedValue } from './typed-item.ts';
