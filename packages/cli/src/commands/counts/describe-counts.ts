import type { Counts } from '@cumulus/models/counts';
import { number } from '../../output/format.ts';

/** `1,187: 900 completed, 187 failed, 100 running` */
export function describeCounts({ total, byStatus }: Counts): string {
  const parts = Object.entries(byStatus)
    .filter(([, value]) => value !== 0)
    .map(([status, value]) => `${number(value)} ${status === '' ? 'without a known status' : status}`);
  return parts.length === 0 ? number(total) : `${number(total)}: ${parts.join(', ')}`;
}
