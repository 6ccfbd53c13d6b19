/** As seconds, this is the year 5138; as milliseconds, March 1973. No token expires then. */
const FIRST_MILLISECONDS = 100_000_000_000;

/**
 * When a token expires, in whole seconds since 1970. Earlier releases stored milliseconds. DynamoDB's TTL counts in
 * seconds. A fraction is cut off, so that no token lives longer than it should.
 */
export function expirationInSeconds(time: number): number {
  return Math.floor(time >= FIRST_MILLISECONDS ? time / 1_000 : time);
}
