export { type BackUpOptions, type BackUpResult, backUpTable } from './backup/back-up.ts';
export { listBackups, tableOfFile } from './backup/backup-files.ts';
export type { Comparison, Difference } from './backup/compare.ts';
export { type KeyEntry, KeyPartitions } from './backup/key-partitions.ts';
export type { LineFormat } from './backup/line-format.ts';
export { type BackupManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from './backup/manifest.ts';
export { DEFAULT_WRITE_CONCURRENCY, type RestoreOptions, type RestoreResult, restoreTable } from './backup/restore.ts';
export { type SpooledInput, spool } from './backup/spool.ts';
export { type VerifyOptions, type VerifyResult, verifyBackup } from './backup/verify.ts';
export {
  type ClientOptions,
  createClient,
  createS3Client,
  createStreamsClient,
  FALLBACK_REGION,
  placeOf,
} from './client.ts';
export * from './errors.ts';
export { describeItemKey } from './items/item-key.ts';
export {
  DEFAULT_SCAN_CONCURRENCY,
  defaultSegments,
  type ScanSegmentsOptions,
  type SegmentPage,
  type SegmentPosition,
  scanSegments,
} from './items/scan-segments.ts';
export type { TypedItem, TypedValue } from './items/typed-item.ts';
export type { Progress, ProgressListener } from './progress.ts';
export { fromAttributes, type PlainItem, toAttributes } from './store/attribute-values.ts';
export { deleteItems, getItems } from './store/batches.ts';
export {
  MAX_TRANSACTION_WRITES,
  type Outcome,
  type TransactionOutcome,
  writeIf,
  writeTogether,
} from './store/conditional.ts';
export type { Condition } from './store/conditions.ts';
export * as conditions from './store/conditions.ts';
export type { Changes } from './store/expression.ts';
export { type ItemPage, queryPage, scanPageOfItems } from './store/pages.ts';
export type { Check, Delete, Put, Update, Write } from './store/writes.ts';
export { findStream, type TableStream } from './stream/find-stream.ts';
export { isAfter, type StreamPosition } from './stream/position.ts';
export type { ShardBatch } from './stream/read-shard.ts';
export { type ReadStreamOptions, readStream } from './stream/read-stream.ts';
export { listShards, type Shard } from './stream/shards.ts';
export type { SettingNotTaken } from './tables/create.ts';
export {
  type CountsTableName,
  type IndexDefinition,
  parseTableName,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableDefinition,
  type TableName,
} from './tables/definitions.ts';
export {
  type CreateDeploymentOptions,
  type CreatedTable,
  createDeployment,
  type DeployedTable,
  type DescribedTable,
  describeDeployment,
  findDeployment,
  tablesOfDeployment,
} from './tables/deployment.ts';
export { describeTable, type TableDescription, type TableSettings } from './tables/describe.ts';
export {
  createTableInput,
  describeKey,
  type KeyAttribute,
  type KeySchema,
  schemaOf,
  type TableSchema,
} from './tables/schema.ts';
