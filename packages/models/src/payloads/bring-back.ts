import { RemoteMessageMissingError } from './errors.ts';
import type { FetchText } from './fetch-from-s3.ts';
import { liesIn, type PayloadAddress, type PayloadPlace } from './payload-place.ts';
import { addressOf, endOfKey } from './pointer.ts';

/** A deployment's place in S3, and the way to read it: `fetchFromS3` makes one. */
export interface PayloadSource extends PayloadPlace {
  readonly fetch: FetchText;
}

/**
 * A record with what these fields point to in place of the pointers. A pointer stays where it leads elsewhere than to the
 * deployment's own place, and where the object is gone or is not what was written.
 *
 * @throws whatever `fetch` throws, but for an object that is not there
 */
export async function bringBack<R extends object>(
  record: R,
  fields: readonly (keyof R & string)[],
  source: PayloadSource,
): Promise<R> {
  const whole: Partial<R> = {};
  for (const field of fields) {
    const address = addressOf(record[field]);
    if (address === undefined || !liesIn(source, address)) continue;
    const text = await textIfThere(source.fetch, address);
    if (text !== undefined && address.key.endsWith(endOfKey(text))) whole[field] = JSON.parse(text);
  }
  return { ...record, ...whole };
}

/** Whether a value is what a field's pointer in the table brings back. */
export function isBroughtBack(value: unknown, stored: unknown, place: PayloadPlace): boolean {
  const address = addressOf(stored);
  const text = jsonIfAny(value);
  return address !== undefined && liesIn(place, address) && text !== undefined && address.key.endsWith(endOfKey(text));
}

/** Undefined for what was never read from JSON: large integers, circles. */
function jsonIfAny(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

async function textIfThere(fetch: FetchText, { bucket, key }: PayloadAddress): Promise<string | undefined> {
  try {
    return await fetch(bucket, key);
  } catch (error) {
    if (error instanceof RemoteMessageMissingError) return undefined;
    throw error;
  }
}
