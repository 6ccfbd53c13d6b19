/**
 * Something in a message that could not be recorded, or only in part. The message's other records are not touched by it.
 */
export interface MessageProblem {
  readonly record: 'execution' | 'granule' | 'pdr' | 'file';
  /** Where it is in the message: `payload.granules[2].files[0]`. */
  readonly path: string;
  /** The granule's place in `payload.granules`, from 0. */
  readonly index?: number | undefined;
  readonly granuleId?: string | undefined;
  readonly reason: string;
  /** Whether the record was made all the same, without a part, or another one in its place. */
  readonly isPartial?: true;
}

/** The problem of a part that was recorded as something else. @param as what it was converted to */
export function converted(record: MessageProblem['record'], path: string, reason: string, as: string): MessageProblem {
  return { record, path, reason: `${reason}, and was converted to ${as}`, isPartial: true };
}

/** The problem of a part without which a record was made. @param kept what of the part is in it all the same */
export function leftOut(record: MessageProblem['record'], path: string, reason: string, kept?: string): MessageProblem {
  const outcome = kept === undefined ? 'was left out' : `was left out but for ${kept}`;
  return { record, path, reason: `${reason}, and ${outcome}`, isPartial: true };
}
