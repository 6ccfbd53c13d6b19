import { AccessDeniedError, forEachAtOnce } from '@cumulus/dynamodb/aws';
import { formatS3Url, StorageError } from '@cumulus/dynamodb/storage';
import {
  type CumulusMessage,
  type GranuleMetadataFile,
  type GranuleTimes,
  type MessageProblem,
  metadataFilesOf,
} from '@cumulus/models/messages';
import { askObjects } from '../aws/ask-objects.ts';
import type { AwsClients } from '../aws/clients.ts';
import { MetadataError } from '../errors.ts';

/** Metadata files that are read at once. */
const FILES_AT_ONCE = 8;

/** The largest metadata file that is read, in bytes. */
const MAX_METADATA_BYTES = 5_000_000;

/** What the metadata files of a message's granules say. */
export interface TimesOfMessage {
  /** By the granules' places in `payload.granules`. */
  readonly granuleTimes: ReadonlyMap<number, GranuleTimes>;
  /** Files that say nothing: the granules are recorded without times. */
  readonly problems: readonly MessageProblem[];
}

/**
 * Reads the times of granules' data out of their metadata files in S3. A file that is missing, forbidden or damaged keeps no granule
 * from being recorded; S3 being unavailable does, since it may answer later.
 * @throws ServiceUnavailableError
 */
export async function timesOfMessage(
  message: CumulusMessage,
  clients: Pick<AwsClients, 's3'>,
): Promise<TimesOfMessage> {
  const granuleTimes = new Map<number, GranuleTimes>();
  const problems: MessageProblem[] = [];
  const files = metadataFilesOf(message);
  if (files.length === 0) return { granuleTimes, problems };
  // With its parser, which few events need.
  const { granuleTimesOf } = await import('./granule-times.ts');
  await forEachAtOnce(files, FILES_AT_ONCE, undefined, async (file) => {
    const url = formatS3Url(file);
    try {
      const object = await askObjects(clients, (objects) => objects.read(file, { maxBytes: MAX_METADATA_BYTES }));
      if (object === undefined) throw new MetadataError(`${url} does not exist.`);
      granuleTimes.set(file.index, granuleTimesOf(file.format, object.content.toString('utf8'), url));
    } catch (error) {
      if (!LASTING.some((lasting) => error instanceof lasting)) throw error;
      problems.push(problemOf(file, error as Error));
    }
  });
  return { granuleTimes, problems };
}

/** Errors that stay, however often the event comes. */
const LASTING = [MetadataError, StorageError, AccessDeniedError];

function problemOf({ index, granuleId }: GranuleMetadataFile, error: Error): MessageProblem {
  const [problem = ''] = error.message.split('\n');
  return {
    record: 'granule',
    index,
    granuleId,
    path: `payload.granules[${index}].files`,
    reason: `have no times of the data, which were left out: ${problem}`,
    isPartial: true,
  };
}
