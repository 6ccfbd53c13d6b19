export * from './errors.ts';
export { type PlannedRehearsal, type PlannedTable, planRehearsal, type RehearsalOptions } from './plan.ts';
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
export { type Rehearsal, runRehearsal } from './run.ts';
export type { Leftover } from './scratch/remove-tables.ts';
