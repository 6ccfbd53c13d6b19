export { deleteGranule, type GranuleDeletion } from './delete-granule.ts';
export type { GranuleFailure, GranulesRecorded } from './record-granules.ts';
export { type MessageRecorded, recordMessage } from './record-message.ts';
export type { Recorded, RecordingTarget } from './recording-target.ts';
