/** Some of the segments that a table's scan is cut into, so that several machines share one scan. */
export interface SegmentRange {
  /** The first and the last segment that belong to it, counted from 0. */
  readonly first: number;
  readonly last: number;
  /** How many segments the table is cut into. */
  readonly of: number;
}

/** `segments 0-15 of 64` */
export function describeSegments({ first, last, of }: SegmentRange): string {
  return first === last ? `segment ${first} of ${of}` : `segments ${first}-${last} of ${of}`;
}
