import type { BackupManifest } from './manifest.ts';

/** Over which time a backup's items were read: ISO 8601, UTC. Continued after a stop, it is from the first run's start. */
export type ScanTime = Pick<BackupManifest['scan'], 'startedAt' | 'endedAt' | 'resumed'>;

export function scanTimeOf({ scan: { startedAt, endedAt, resumed } }: BackupManifest): ScanTime {
  return { startedAt, endedAt, resumed };
}
