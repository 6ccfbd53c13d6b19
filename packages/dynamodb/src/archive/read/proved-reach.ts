import { parseArchiveName } from '../format/names.ts';
import { parseReach, type ReachNote } from '../format/notes.ts';
import type { ReadSegment } from './read-segment.ts';

/**
 * Up to when a shard has been read, as its segments and its note prove it together. The note counts only if the segment that it names is
 * there; segments that came after that do not matter.
 * @param head the shard's last segment
 * @param text of the note
 * @returns in milliseconds since 1970; undefined if nothing proves it
 */
export function provedReadTo(head: ReadSegment | undefined, text: string | undefined): number | undefined {
  const note = parseReach(text ?? '');
  const said = head?.header.readTo ?? null;
  const times = [
    ...(said === null ? [] : [Date.parse(said)]),
    ...(note !== undefined && isProvedBy(note, head) ? [Date.parse(note.readTo)] : []),
  ];
  return times.length === 0 ? undefined : Math.max(...times);
}

function isProvedBy({ segment }: ReachNote, head: ReadSegment | undefined): boolean {
  if (segment === null) return true;
  const number = parseArchiveName(segment.name)?.number;
  if (head === undefined || number === undefined || number > head.header.segment) return false;
  return number < head.header.segment || segment.sha256 === head.sha256;
}

/** Whether a shard's last segment is another one than its note says, so that somebody has altered it with all that it says of itself. */
export function isAltered(head: ReadSegment | undefined, text: string | undefined): boolean {
  const said = parseReach(text ?? '')?.segment;
  return said != null && said.name === head?.name && said.sha256 !== head.sha256;
}
