import type { FollowEvent } from '@cumulus/dynamodb/archive';
import { count, zonedTime } from '../../../output/format.ts';

/** What happens while a table is followed, in words; a warning if it should not be overlooked. Of segments there are too many. */
export function describeEvent(event: FollowEvent): { readonly note?: string; readonly warning?: string } {
  const { table } = event;
  switch (event.kind) {
    case 'segment':
      return {};
    case 'gap': {
      const { from, until } = event.gap;
      // Before an archive there is always one.
      if (from === null) return {};
      const [begin, end] = [from, until].map((time) => zonedTime(new Date(time)));
      return {
        warning: `${table}: changes from ${begin} to ${end} may be missing. A new base is made, and no second before it is claimed.`,
      };
    }
    case 'shard of another':
      return { note: `${table}: another follower has the shard ${event.shard}` };
    case 'base begun':
      return { note: `${table}: base begun` };
    case 'base made':
      return { note: `${table}: base made, ${count(event.items, 'item')} to ${event.file}` };
    case 'base failed':
      return { warning: `${table}: no base yet; it is tried again. ${event.error.message}` };
    case 'paused':
      return {
        warning: `${table}: paused; it is tried again, and nothing is lost for 24 hours. ${event.error.message}`,
      };
    case 'resumed':
      return { note: `${table}: resumed` };
    case 'stream changed':
      return { note: `${table}: it has another stream now, which needs a new base` };
    case 'payloads': {
      const { firstFailure: failed } = event;
      if (failed === undefined) return {};
      return {
        warning: `${table}: an object could not be copied for now; it is tried again. s3://${failed.bucket}/${failed.key}: ${failed.problem?.reason}.`,
      };
    }
    case 'payloads failed':
      return { warning: `${table}: objects could not be copied for now; it is tried again. ${event.error.message}` };
  }
}
