import type { RestoredPayloads } from '@cumulus/dynamodb/archive';
import { count, size } from '../../output/format.ts';

/** What became of the objects in S3 that the items of a restored table point to. */
export function describeRestoredPayloads(payloads: RestoredPayloads, verb = 'put back'): readonly string[] {
  const { restored, bytes, present } = payloads;
  return [`  ${count(restored, 'object')} in S3 ${verb}, ${size(bytes)}; ${present} were there`];
}

/** The objects that are not as the archive has them, or that it does not have; undefined if there are none. */
export function warningOfPayloads(table: string, payloads: RestoredPayloads): string | undefined {
  const { different, notArchived } = payloads;
  if (different + notArchived === 0) return undefined;
  const counts = `${count(different, 'object')} with another content left, ${notArchived} not in the archive`;
  return [`${table} points to objects in S3 that were not put back: ${counts}`, ...named(payloads)].join('\n');
}

export function failureOfPayloads(payloads: RestoredPayloads): string | undefined {
  if (payloads.failed === 0) return undefined;
  return [`${count(payloads.failed, 'object')} in S3 could not be put back:`, ...named(payloads)].join('\n');
}

function named({ problems }: RestoredPayloads): readonly string[] {
  return problems.map(({ bucket, key, problem }) => `  s3://${bucket}/${key}: ${problem}`);
}
