import type { ArchivedPayloads } from '@cumulus/dynamodb/archive';
import { count, size } from '../../output/format.ts';

/**
 * What an archive has of the objects in S3 that changes and items point to, or that it has none; no line if they point to nothing.
 * @param pointers how often they point to one
 */
export function describePayloads(payloads: ArchivedPayloads | undefined, pointers: number): readonly string[] {
  if (payloads === undefined) {
    return pointers === 0 ? [] : [`  ${count(pointers, 'pointer')} to objects in S3, which are not in it`];
  }
  const { copied, bytes, gone, elsewhere, failed, pending } = payloads;
  const missing = [
    ...(gone > 0 ? [`${gone} that did not exist any more`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} in other buckets`] : []),
    ...(failed > 0 ? [`${failed} that could not be copied yet`] : []),
  ];
  return [
    `  ${count(copied, 'object')} in S3 that they point to, ${size(bytes)}`,
    ...(missing.length > 0 ? [`  objects that are not in it: ${missing.join(', ')}`] : []),
    ...(pending > 0 ? [`  ${count(pending, 'pointer')} to objects that were not looked for yet`] : []),
  ];
}
