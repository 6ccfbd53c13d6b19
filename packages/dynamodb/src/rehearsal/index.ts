export {
  type DeploymentEstimate,
  formatRehearsal,
  type RehearsalOutcome,
  type RehearsalProof,
  type RehearsalReport,
  type RehearsalSource,
  type RehearsedTable,
} from './report/report.ts';
export {
  type ReadRehearsalsOptions,
  readRehearsals,
  type StoredRehearsal,
  type StoredRehearsals,
  storeRehearsal,
} from './report/stored-reports.ts';
