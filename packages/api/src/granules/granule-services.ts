import type { RecordingTarget } from '@cumulus/models/recording';
import type { AwsClients } from '../aws/clients.ts';
import type { SystemObjects } from '../aws/system-objects.ts';
import type { Cmr } from '../cmr/cmr.ts';

/** What is needed to do something with a granule's files and its publication. */
export interface GranuleServices {
  readonly target: RecordingTarget;
  readonly clients: Pick<AwsClients, 's3'>;
  readonly systemObjects: SystemObjects | undefined;
  readonly cmr: Cmr;
  /** Where files are distributed, without a slash at its end. */
  readonly distributionUrl: string | undefined;
  /** The time now, in milliseconds since 1970. */
  readonly now: () => number;
}
