export { checkTableFit, type FitFinding, type TableFit } from './adopt/table-fit.ts';
export { type ComparedTables, type CompareTablesOptions, compareTables } from './copy/compare.ts';
export { type CopiedDifferences, type CopyDifferencesOptions, copyDifferences } from './copy/copy.ts';
export { writeDifferenceList } from './copy/difference-list.ts';
export type {
  DifferenceCounts,
  DifferenceKind,
  RememberedDifference,
  TableDifference,
  TableDifferences,
} from './copy/differences.ts';
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
} from './export/export-table.ts';
export {
  type PlanExportsOptions,
  type PlannedExport,
  type PlannedExports,
  planExports,
} from './export/plan.ts';
export {
  type FinishedImport,
  type FinishImportOptions,
  finishImport,
  type PlanImportOptions,
  type PlannedImport,
  planImport,
  type SchemaOrigin,
  startImport,
} from './import/import-table.ts';
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
  type PlanBackupRestoreOptions,
  type PlannedBackupRestore,
  planBackupRestore,
  startBackupRestore,
} from './on-demand/restore-from-backup.ts';
export {
  createEmptyTable,
  type DeploymentRestore,
  type EmptyTable,
  planDeploymentRestore,
} from './point-in-time/deployment.ts';
export {
  finishRestore,
  type PlannedRestore,
  type PlannedRestores,
  type PlanRestoresOptions,
  planRestoresToTime,
  type RestorableTable,
  type RestoredTable,
  startRestoreToTime,
} from './point-in-time/restore-to-time.ts';
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
} from './settings/recovered-settings.ts';
export { zonedTime } from './zoned-time.ts';
