export { checkTableFit, type FitFinding, type TableFit } from './adopt/table-fit.ts';
export { type ComparedTables, type CompareTablesOptions, compareTables } from './copy/compare.ts';
export { type CopiedDifferences, type CopyDifferencesOptions, copyDifferences } from './copy/copy.ts';
export type {
  DifferenceCounts,
  DifferenceKind,
  RememberedDifference,
  TableDifference,
  TableDifferences,
} from './copy/differences.ts';
export * from './errors.ts';
export type { TableExport } from './export/describe.ts';
export { type ExportDestination, parseDestination } from './export/destination.ts';
export { type FinishExportOptions, type FinishedExport, finishExport } from './export/finish.ts';
export { type PlanExportsOptions, type PlannedExport, type PlannedExports, planExports } from './export/plan.ts';
export { startExport } from './export/start.ts';
export { followByExport } from './follow-exports/follow-by-export.ts';
export type {
  ArchivedExport,
  FollowByExportEvent,
  FollowByExportOptions,
  FollowByExportResult,
} from './follow-exports/options.ts';
export { type FinishedImport, finishImport } from './import/finish.ts';
export { type PlanImportOptions, type PlannedImport, planImport, type SchemaOrigin } from './import/plan.ts';
export { startImport } from './import/start.ts';
export type { FinishOptions, Started } from './long-work.ts';
export { type AwsBackups, type ListAwsBackupsOptions, listAwsBackups } from './on-demand/aws-backup.ts';
export { type OnDemandBackup, tableOfBackup } from './on-demand/backup.ts';
export { checkDeletable, deleteOnDemandBackup } from './on-demand/delete.ts';
export {
  type BackedUpFeatures,
  type BackedUpIndex,
  type BackedUpKey,
  type BackedUpTable,
  describeOnDemandBackup,
  findOnDemandBackup,
  type OnDemandBackupDescription,
} from './on-demand/describe.ts';
export { finishOnDemandBackup } from './on-demand/finish.ts';
export { type ListOnDemandBackupsOptions, listOnDemandBackups } from './on-demand/list.ts';
export { type PlannedOnDemandBackup, type PlanOnDemandBackupsOptions, planOnDemandBackups } from './on-demand/plan.ts';
export { choosePruned, type PruneDecision, type Retention } from './on-demand/prune.ts';
export { startOnDemandBackup } from './on-demand/start.ts';
export {
  describeProtection,
  disableProtection,
  enableProtection,
  type Protection,
  type RestorableWindow,
} from './protection.ts';
export { finishRestore } from './restore/finish.ts';
export {
  type PlanBackupRestoreOptions,
  type PlannedBackupRestore,
  planBackupRestore,
} from './restore/from-backup/plan.ts';
export { startBackupRestore } from './restore/from-backup/start.ts';
export {
  type DeploymentRestore,
  type DeploymentRestoreOptions,
  planDeploymentRestore,
} from './restore/point-in-time/deployment.ts';
export { createEmptyTable, type EmptyTable } from './restore/point-in-time/empty-table.ts';
export {
  type PlannedRestore,
  type PlannedRestores,
  type PlanRestoresOptions,
  planRestoresToTime,
} from './restore/point-in-time/plan.ts';
export { startRestoreToTime } from './restore/point-in-time/start.ts';
export type { RestorableTable } from './restore/target.ts';
export type { RestoredTable } from './settings/finish-table.ts';
export type { GivenSettings, TableUpdateName } from './settings/give-settings.ts';
export type { RecoveredSettings } from './settings/recovered-settings.ts';
