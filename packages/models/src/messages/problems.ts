/**
 * Something in a message that could not be recorded, or only in part. The message's other records are not touched by it.
 */
export interface MessageProblem {
  readonly record: 'execution' | 'granule' | 'pdr' | 'file';
  /** Where it is in the message: `payload.granules[2].files[0]`. */
  readonly path: string;
  /** The granule's place in `payload.granules`, from 0. */
  readonly index?: number;
  readonly granuleId?: string;
  readonly reason: string;
  /** Whether the record was made all the same, without a part, or another one in its place. */
  readonly isPartial?: true;
}
