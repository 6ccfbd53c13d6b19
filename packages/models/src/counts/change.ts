import type { CountedType } from './counted-types.ts';
import { type Contribution, contributionOf, type TypedImage } from './tally.ts';

/** A record of a stream, as its API and Lambda's events have it. */
export interface StreamRecord {
  readonly dynamodb?:
    | {
        readonly SequenceNumber?: string | undefined;
        readonly Keys?: object | undefined;
        readonly OldImage?: object | undefined;
        readonly NewImage?: object | undefined;
        /** A time; in Lambda's events in seconds since 1970. */
        readonly ApproximateCreationDateTime?: Date | number | undefined;
      }
    | undefined;
}

/** What a change did to the counts. */
export interface Change {
  readonly sequenceNumber: `${bigint}`;
  /** Undefined where the record was not there before. */
  readonly before: Contribution | undefined;
  /** Undefined where the record is gone. */
  readonly after: Contribution | undefined;
  /** In milliseconds since 1970; to the second in streams. */
  readonly time: number;
}

/** @throws TypeError if the record has no sequence number, which DynamoDB's all have */
export function changeOf(recordType: CountedType, { dynamodb }: StreamRecord): Change {
  const { SequenceNumber, OldImage, NewImage, ApproximateCreationDateTime: created } = dynamodb ?? {};
  if (SequenceNumber === undefined) throw new TypeError('A record of a stream has no SequenceNumber.');
  return {
    sequenceNumber: SequenceNumber as `${bigint}`,
    before: OldImage === undefined ? undefined : contributionOf(recordType, OldImage as TypedImage),
    after: NewImage === undefined ? undefined : contributionOf(recordType, NewImage as TypedImage),
    time: typeof created === 'number' ? created * 1000 : (created?.getTime() ?? Date.now()),
  };
}
