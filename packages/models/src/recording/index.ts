export { deleteGranule, type GranuleDeletion } from './delete-granule.ts';
export type { FileKey } from './file-owners.ts';
export { finishMove, type MovedGranule, type MoveRecorded, recordMove } from './move-files.ts';
export type { LeftPlace } from './moved-files.ts';
export type { GranuleFailure, GranulesRecorded } from './record-granules.ts';
export { type MessageRecorded, recordMessage } from './record-message.ts';
export type { Recorded, RecordingTarget } from './recording-target.ts';
export { unpublishGranule } from './unpublish-granule.ts';
