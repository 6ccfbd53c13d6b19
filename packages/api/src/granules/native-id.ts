import { metadataFormatOf } from '@cumulus/models/messages';
import type { Granule } from '@cumulus/models/schemas';
import { askFiles } from './ask-files.ts';
import type { GranuleServices } from './granule-services.ts';

/** CMR's id of a granule, in whatever link to it. */
const CONCEPT_ID = /\b(G\d+-[A-Za-z0-9_]+)\b/;

/**
 * The id by which a granule is in CMR: what CMR says; where it does not know the granule (any more), the id in the granule's metadata file,
 * as Cumulus publishes; else the granule's own.
 * @throws CmrError, MetadataError, NotConfiguredError, ServiceUnavailableError
 */
export async function nativeIdOf(
  { granuleId, cmrLink, files = [] }: Granule,
  services: GranuleServices,
): Promise<string> {
  const { cmr, clients } = services;
  // Not the link itself: who writes a granule's record could have the token sent anywhere.
  const [, conceptId] = CONCEPT_ID.exec(cmrLink ?? '') ?? [];
  const known = conceptId === undefined ? undefined : await cmr.nativeIdOf(conceptId);
  if (known !== undefined) return known;
  for (const { bucket, key } of files) {
    const format = metadataFormatOf(key);
    if (!bucket || !key || format === undefined) continue;
    const object = await askFiles(clients, (objects) =>
      objects.read({ bucket, key }, { maxBytes: MAX_METADATA_BYTES }),
    );
    if (object === undefined) continue;
    const { granuleUrOf } = await import('../cmr/granule-ur.ts');
    return granuleUrOf(format, object.content.toString('utf8'), `s3://${bucket}/${key}`);
  }
  return granuleId;
}

/** The largest metadata file that is read, in bytes. */
export const MAX_METADATA_BYTES = 5_000_000;
