export { type CommonSecondOptions, findCommonSecond } from './common-second.ts';
export { type CompareAtOptions, type ComparedAt, compareAt } from './compare-at.ts';
export { type DiffTimesOptions, diffTimes, type TimeDifference } from './diff-times.ts';
export {
  ArchiveDamagedError,
  BaseTooLargeError,
  ClockDiffersError,
  NotArchivableError,
  TableNotArchivedError,
  TimeNotArchivedError,
} from './errors.ts';
export { archivableStream } from './follow/archivable-stream.ts';
export { type ArchiveBatchOptions, type ArchivedBatch, archiveBatch } from './follow/archive-batch.ts';
export { followTable } from './follow/follow-table.ts';
export type { FollowEvent, FollowOptions, FollowResult, FollowSettings, WrittenSegment } from './follow/options.ts';
export type { PayloadCopy, PayloadEntry, PayloadProblem } from './format/payload-note.ts';
export type { Gap } from './format/segment.ts';
export type { ArchivedChange, HistoryEnd, HistoryEntry, HistoryGap, ItemInBase } from './history/entries.ts';
export { itemHistory } from './history/item-history.ts';
export type { ItemHistoryOptions } from './history/options.ts';
export {
  type ArchivedBaseSummary,
  type ArchivedExportsSummary,
  type ArchivedTableSummary,
  type ListArchiveOptions,
  listArchive,
  type RestorableTime,
} from './list-archive.ts';
export { type ArchivedTableOptions, archivedTables } from './open-archive.ts';
export type { CopiedPayloads, PayloadOptions } from './payloads/options.ts';
export type { RestoredPayloadProblem, RestoredPayloads } from './payloads/restore-payloads.ts';
export type { ArchivedPayloads } from './payloads/summarize-payloads.ts';
export type { SweptPayloads } from './payloads/sweep-payloads.ts';
export type { KeepSeconds, KeptSecond, PrunedArchive, PruneOptions } from './prune/options.ts';
export { pruneArchive } from './prune/prune-archive.ts';
export {
  type PreparedRestoreAt,
  prepareRestoreAt,
  type RestoreAtOptions,
  type RestoreAtResult,
  restoreAt,
} from './restore-at.ts';
export { type StateInFile, type StateToFileOptions, stateToFile } from './state-to-file.ts';
export {
  type ArchiveProblem,
  type VerifiedArchive,
  type VerifyArchiveOptions,
  verifyArchive,
} from './verify/verify-archive.ts';
