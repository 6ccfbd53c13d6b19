import type { TableDescription } from '../../tables/describe.ts';
import { wholeSecond } from '../zoned-time.ts';

/** The instant that a table was restored to, if that was from this source by point-in-time recovery. */
export function restoredInstant(source: string, table: TableDescription | undefined): Date | undefined {
  const from = table?.restoredFrom;
  const isOfSource = from?.tableArn?.endsWith(`:table/${source}`) === true;
  return isOfSource && from.backupArn === undefined ? wholeSecond(from.time) : undefined;
}
