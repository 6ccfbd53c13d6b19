export { type BackUpOptions, type BackUpResult, backUpTable } from './back-up.ts';
export { listBackups, tableOfFile } from './backup-files.ts';
export type { Comparison, Difference } from './compare.ts';
export { readText } from './durable-file.ts';
export * from './errors.ts';
export {
  type ExportDescription,
  type ExportedFile,
  readExport,
} from './export-manifest.ts';
export { type KeyEntry, KeyPartitions } from './key-partitions.ts';
export type { LineFormat } from './line-format.ts';
export { type BackupManifest, MANIFEST_FORMAT, MANIFEST_VERSION } from './manifest.ts';
export { type PlannedBackUp, planBackUp } from './plan-back-up.ts';
export { type PointersOfBackupOptions, pointersOfBackup } from './pointers-of-backup.ts';
export {
  DEFAULT_WRITE_CONCURRENCY,
  type RestoreOptions,
  type RestoreResult,
  type SetAside,
  type SetAsideLine,
} from './restore/options.ts';
export { restoreTable } from './restore/restore-table.ts';
export type { ScanTime } from './scan-time.ts';
export { type SpooledInput, spool } from './spool.ts';
export { DEFAULT_RESUME_WITHIN, type DiscardedPartial } from './too-old.ts';
export { type RefusedByIndexes, type VerifyOptions, type VerifyResult, verifyBackup } from './verify.ts';
