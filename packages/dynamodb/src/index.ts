export { explainRefusal, explainUnasked } from './aws-errors.ts';
export { type BackUpOptions, type BackUpResult, backUpTable } from './backup/back-up.ts';
export { listBackups, listParts, tableOfFile } from './backup/backup-files.ts';
export type { Comparison, Difference } from './backup/compare.ts';
export { readText } from './backup/durable-file.ts';
export { type KeyEntry, KeyPartitions } from './backup/key-partitions.ts';
export type { LineFormat } from './backup/line-format.ts';
export { type BackupManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from './backup/manifest.ts';
export { type MergeOptions, type MergeResult, mergeParts } from './backup/merge-parts.ts';
export { type PlannedBackUp, planBackUp } from './backup/plan-back-up.ts';
export { type PointersOfBackupOptions, pointersOfBackup } from './backup/pointers-of-backup.ts';
export {
  DEFAULT_WRITE_CONCURRENCY,
  type RestoreOptions,
  type RestoreResult,
  type SetAside,
  type SetAsideLine,
} from './backup/restore/options.ts';
export { restoreTable } from './backup/restore/restore-table.ts';
export type { ScanTime } from './backup/scan-time.ts';
export { describeSegments, type SegmentRange } from './backup/segment-range.ts';
export { type SpooledInput, spool } from './backup/spool.ts';
export { DEFAULT_RESUME_WITHIN, type DiscardedPartial } from './backup/too-old.ts';
export { type RefusedByIndexes, type VerifyOptions, type VerifyResult, verifyBackup } from './backup/verify.ts';
export {
  type ClientOptions,
  createClient,
  createS3Client,
  createStreamsClient,
  FALLBACK_REGION,
  placeOf,
} from './client.ts';
export { DamagedResponseError } from './damaged-response.ts';
export * from './errors.ts';
export { isObject } from './is-object.ts';
export { describeItemKey } from './items/item-key.ts';
export { patienceOf } from './items/patience.ts';
export {
  DEFAULT_SCAN_CONCURRENCY,
  defaultSegments,
  type ScanSegmentsOptions,
  type SegmentPage,
  type SegmentPosition,
  scanSegments,
} from './items/scan-segments.ts';
export type { TypedItem, TypedValue } from './items/typed-item.ts';
export { PageTrail } from './page-trail.ts';
export type { Progress, ProgressListener } from './progress.ts';
export { type ComparedTables, type CompareTablesOptions, compareTables } from './recovery/compare-tables.ts';
export { type CopiedDifferences, type CopyDifferencesOptions, copyDifferences } from './recovery/copy-table.ts';
export { writeDifferenceList } from './recovery/difference-list.ts';
export {
  type ExportDestination,
  type FinishExportOptions,
  type FinishedExport,
  finishExport,
  parseDestination,
  type StartExportOptions,
  startExport,
  type TableExport,
} from './recovery/export-table.ts';
export {
  type FinishedImport,
  type FinishImportOptions,
  finishImport,
  type PlanImportOptions,
  type PlannedImport,
  planImport,
  type SchemaOrigin,
  startImport,
} from './recovery/import-table.ts';
export { choosePruned, type PruneDecision, type Retention } from './recovery/on-demand/choose-pruned.ts';
export {
  type FinishOnDemandBackupOptions,
  finishOnDemandBackup,
  type PlannedOnDemandBackup,
  type PlanOnDemandBackupsOptions,
  planOnDemandBackups,
  startOnDemandBackup,
} from './recovery/on-demand/create-backup.ts';
export { checkDeletable, deleteOnDemandBackup } from './recovery/on-demand/delete-backup.ts';
export {
  type BackedUpFeatures,
  type BackedUpIndex,
  type BackedUpKey,
  type BackedUpTable,
  describeOnDemandBackup,
  findOnDemandBackup,
  type OnDemandBackupDescription,
} from './recovery/on-demand/describe-backup.ts';
export { type ListOnDemandBackupsOptions, listOnDemandBackups } from './recovery/on-demand/list-backups.ts';
export { type OnDemandBackup, tableOfBackup } from './recovery/on-demand/on-demand-backup.ts';
export {
  beginBackupRestore,
  type PlanBackupRestoreOptions,
  type PlannedBackupRestore,
  planBackupRestore,
} from './recovery/on-demand/restore-from-backup.ts';
export {
  type PlanExportsOptions,
  type PlannedExport,
  type PlannedExports,
  planExports,
} from './recovery/plan-exports.ts';
export {
  describeProtection,
  disableProtection,
  enableProtection,
  type Protection,
  type RestorableWindow,
} from './recovery/protection.ts';
export {
  giveSettings,
  type RecoveredSettings,
  type RecoveredSettingsGiven,
  settingsToGive,
  type TableUpdateName,
} from './recovery/recovered-settings.ts';
export {
  createEmptyTable,
  type DeploymentRestore,
  type EmptyTable,
  planDeploymentRestore,
} from './recovery/restore-deployment.ts';
export {
  beginRestoreToTime,
  finishRestoreToTime,
  type PlannedRestore,
  type PlannedRestores,
  type PlanRestoresOptions,
  planRestoresToTime,
  type RestorableTable,
  type RestoredTable,
} from './recovery/restore-to-time.ts';
export type {
  DifferenceCounts,
  DifferenceKind,
  RememberedDifference,
  TableDifference,
  TableDifferences,
} from './recovery/table-differences.ts';
export { checkTableFit, type FitFinding, type TableFit } from './recovery/table-fit.ts';
export { zonedTime } from './recovery/zoned-time.ts';
export {
  type ExportDescription,
  type ExportedFile,
  readExport,
} from './storage/export-manifest.ts';
export type { ReadingOptions, S3Access } from './storage/folder.ts';
export type { S3Objects } from './storage/s3/objects.ts';
export { s3Objects } from './storage/s3-objects.ts';
export { formatS3Url, parseS3Url, type S3Location } from './storage/s3-url.ts';
export { fromAttributes, isNumberValue, type PlainItem, toAttributes } from './store/attribute-values.ts';
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
export type { SettingDifference, SettingNotCompared, SettingsComparison } from './tables/compare-settings.ts';
export type { SettingName, SettingNotTaken } from './tables/create.ts';
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
  tableNameIn,
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
export {
  describeTable,
  findTable,
  type RestoreOrigin,
  type TableDescription,
  type TableSettings,
} from './tables/describe.ts';
export type { FullDescription, Unanswered } from './tables/full-description.ts';
export {
  type KnownSettings,
  type NamedSetting,
  SCHEMA_SETTINGS,
  type UnknownSetting,
} from './tables/named-settings.ts';
export { requireSameTable, type TableIdentity } from './tables/same-table.ts';
export {
  createTableInput,
  describeKey,
  type KeyAttribute,
  type KeySchema,
  schemaOf,
  type TableSchema,
} from './tables/schema.ts';
