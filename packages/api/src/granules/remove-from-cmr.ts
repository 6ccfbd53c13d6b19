import { unpublishGranule } from '@cumulus/models/recording';
import type { Granule } from '@cumulus/models/schemas';
import { GranuleConflictError, GranuleRequestError } from '../errors.ts';
import type { GranuleServices } from './granule-services.ts';
import { nativeIdOf } from './native-id.ts';

/**
 * Removes a granule from CMR, and records that it is not published any more. What is gone from CMR already is only recorded.
 * @throws GranuleRequestError, GranuleConflictError; CmrError, NotConfiguredError, ServiceUnavailableError
 */
export async function removeFromCmr(granule: Granule, services: GranuleServices): Promise<void> {
  const { granuleId, published, cmrLink } = granule;
  if (!published)
    throw new GranuleRequestError(`Granule ${granuleId} is not published to CMR, so cannot be removed from CMR`);
  const { cmr, target, now } = services;
  cmr.requireConfigured();
  await cmr.delete(await nativeIdOf(granule, services));
  if ((await unpublishGranule(target, { granuleId, cmrLink }, now())) === 'recorded') return;
  throw new GranuleConflictError(`Granule ${granuleId} was changed while it was being removed from CMR.`, [
    'Look whether it has been published again.',
  ]);
}
