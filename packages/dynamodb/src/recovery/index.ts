export { type ComparedTables, type CompareTablesOptions, compareTables } from './compare-tables.ts';
export { type CopiedDifferences, type CopyDifferencesOptions, copyDifferences } from './copy-table.ts';
export { writeDifferenceList } from './difference-list.ts';
export * from './errors.ts';
export {
  type ExportDestination,
  type FinishExportOptions,
  type FinishedExport,
  finishExport,
  parseDestination,
  type StartExportOptions,
  startExport,
  type TableExport,
} from './export-table.ts';
export {
  type FinishedImport,
  type FinishImportOptions,
  finishImport,
  type PlanImportOptions,
  type PlannedImport,
  planImport,
  type SchemaOrigin,
  startImport,
} from './import-table.ts';
export { choosePruned, type PruneDecision, type Retention } from './on-demand/choose-pruned.ts';
export {
  type FinishOnDemandBackupOptions,
  finishOnDemandBackup,
  type PlannedOnDemandBackup,
  type PlanOnDemandBackupsOptions,
  planOnDemandBackups,
  startOnDemandBackup,
} from './on-demand/create-backup.ts';
export { checkDeletable, deleteOnDemandBackup } from './on-demand/delete-backup.ts';
export {
  type BackedUpFeatures,
  type BackedUpIndex,
  type BackedUpKey,
  type BackedUpTable,
  describeOnDemandBackup,
  findOnDemandBackup,
  type OnDemandBackupDescription,
} from './on-demand/describe-backup.ts';
export { type ListOnDemandBackupsOptions, listOnDemandBackups } from './on-demand/list-backups.ts';
export { type OnDemandBackup, tableOfBackup } from './on-demand/on-demand-backup.ts';
export {
  beginBackupRestore,
  type PlanBackupRestoreOptions,
  type PlannedBackupRestore,
  planBackupRestore,
} from './on-demand/restore-from-backup.ts';
export {
  type PlanExportsOptions,
  type PlannedExport,
  type PlannedExports,
  planExports,
} from './plan-exports.ts';
export {
  describeProtection,
  disableProtection,
  enableProtection,
  type Protection,
  type RestorableWindow,
} from './protection.ts';
export {
  giveSettings,
  type RecoveredSettings,
  type RecoveredSettingsGiven,
  settingsToGive,
  type TableUpdateName,
} from './recovered-settings.ts';
export {
  createEmptyTable,
  type DeploymentRestore,
  type EmptyTable,
  planDeploymentRestore,
} from './restore-deployment.ts';
export {
  beginRestoreToTime,
  finishRestoreToTime,
  type PlannedRestore,
  type PlannedRestores,
  type PlanRestoresOptions,
  planRestoresToTime,
  type RestorableTable,
  type RestoredTable,
} from './restore-to-time.ts';
export type {
  DifferenceCounts,
  DifferenceKind,
  RememberedDifference,
  TableDifference,
  TableDifferences,
} from './table-differences.ts';
export { checkTableFit, type FitFinding, type TableFit } from './table-fit.ts';
export { zonedTime } from './zoned-time.ts';
