export { backUpTable } from './back-up/back-up.ts';
export type { BackUpOptions, BackUpResult } from './back-up/options.ts';
export { type PlannedBackUp, planBackUp } from './back-up/plan-back-up.ts';
export type { CataloguedBackup, CatalogueProblem } from './catalogue/catalogue-entry.ts';
export { type DescribedBackup, describeBackup } from './catalogue/describe-backup.ts';
export {
  type ForgetBackupsOptions,
  type ForgetResult,
  type ForgottenBackup,
  findLeftovers,
  forgetBackups,
} from './catalogue/forget-backups.ts';
export { type ListCatalogueOptions, listCatalogue, type TableBackups } from './catalogue/list-catalogue.ts';
export { type NoteProofOptions, noteProof } from './catalogue/note-proof.ts';
export {
  type CalendarSpan,
  chooseForgotten,
  type ForgetDecision,
  type KeepCount,
  type KeepRules,
  parseSpan,
} from './catalogue/retention.ts';
export { type WithdrawProofsOptions, withdrawIfDamaged } from './catalogue/withdraw-proofs.ts';
export type { Comparison, Difference } from './compare/compare.ts';
export { type ListedDifference, writeDifferenceList } from './compare/difference-list.ts';
export { type KeyEntry, KeyPartitions } from './compare/key-partitions.ts';
export { diffBackups } from './diff/diff.ts';
export type { BackupDifference, DiffedBackup, DiffOptions, DiffResult, NamedBackup } from './diff/options.ts';
export * from './errors.ts';
export { type BackupKind, kindOf, tableOfFile } from './format/file-names.ts';
export type { LineFormat } from './format/line-format.ts';
export { describePlace, type LinePlace } from './format/line-place.ts';
export type { BackupManifest, ScanTime } from './format/manifest.ts';
export type { BackupProofNote, ProofKind } from './format/proof-notes.ts';
export type { Contents, Layout } from './layout/layout.ts';
export {
  type ExportDescription,
  type ExportedFile,
  readExport,
} from './read/export-manifest.ts';
export { type PointersOfBackupOptions, pointersOfBackup } from './read/pointers-of-backup.ts';
export { type SpooledInput, spool } from './read/spool.ts';
export {
  DEFAULT_WRITE_CONCURRENCY,
  type RestoreOptions,
  type RestoreResult,
  type SetAside,
  type SetAsideLine,
} from './restore/options.ts';
export { restoreTable } from './restore/restore-table.ts';
export { type FindItemsOptions, type FoundItem, findItems, type SearchResult } from './select/find-items.ts';
export { type Comparator, type FilterOperand, type ItemFilter, parseItemFilter } from './select/item-filter.ts';
export type { KeyNotFound, KeysFile, KeysNotFound, Selection } from './select/selection.ts';
export { requireNoBackup } from './store/require-no-backup.ts';
export { type OtherFile, type SortedDirectory, sortDirectory, timeOfBackup } from './store/sort-directory.ts';
export type { DiscardedPartial } from './store/too-old.ts';
export { type RefusedByIndexes, type VerifyOptions, type VerifyResult, verifyBackup } from './verify.ts';
