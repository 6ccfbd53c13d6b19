import type { S3Location } from '@cumulus/dynamodb/storage';
import { EndlessSearchError, ExpressionSearch, UnsearchableError } from '@cumulus/models';
import type { Granule, GranuleFile } from '@cumulus/models/schemas';
import type { MovedFile } from '../cmr/moved-links.ts';
import { GranuleRequestError } from '../errors.ts';

/** Where files whose names match go. */
export interface Destination {
  readonly regex: string;
  readonly bucket: string;
  /** The folder; the bucket's root unless given. */
  readonly filepath: string | undefined;
}

/** What a move does with the files of a granule. */
export interface MovePlan {
  readonly moves: readonly MovedFile[];
  /** All files with the places that they have then. */
  readonly files: readonly GranuleFile[];
}

/** S3's limit, in bytes. */
const MAX_KEY_BYTES = 1_024;

/**
 * Finds where each file of a granule goes: to the first destination whose expression matches its name. Other files stay.
 * @throws GranuleRequestError where a destination is none, where two files would have one place, or where no file goes anywhere
 */
export async function planMove(
  { granuleId, files = [] }: Granule,
  destinations: readonly Destination[],
): Promise<MovePlan> {
  const search = new ExpressionSearch();
  const moves: MovedFile[] = [];
  let matched = 0;
  const after: GranuleFile[] = [];
  for (const file of files) {
    const { bucket, key, fileName } = file;
    const name = fileName ?? key?.replace(/^.*\//s, '') ?? '';
    const destination = name === '' ? undefined : await firstMatch(destinations, name, search);
    if (destination === undefined) {
      after.push(file);
      continue;
    }
    matched += 1;
    if (!bucket || !key) throw new GranuleRequestError(`The file ${name} of granule ${granuleId} is not in S3.`);
    const folder = destination.filepath?.replace(/\/+$/, '') ?? '';
    const to = { bucket: destination.bucket, key: folder === '' ? name : `${folder}/${name}` };
    if (Buffer.byteLength(to.key) > MAX_KEY_BYTES)
      throw new GranuleRequestError(`The key ${to.key.slice(0, 100)}… is longer than ${MAX_KEY_BYTES} bytes.`);
    after.push({ ...file, ...to });
    if (to.bucket !== bucket || to.key !== key) moves.push({ file, from: { bucket, key }, to });
  }
  if (matched === 0) throw new GranuleRequestError(`No destination is for any file of granule ${granuleId}.`);
  const places = new Set<string>();
  for (const { bucket, key } of after) {
    if (!bucket || !key) continue;
    const place = `s3://${bucket}/${key}`;
    if (places.has(place)) throw new GranuleRequestError(`Two files of granule ${granuleId} would be ${place}.`);
    places.add(place);
  }
  return { moves, files: after };
}

async function firstMatch(
  destinations: readonly Destination[],
  name: string,
  search: ExpressionSearch,
): Promise<Destination | undefined> {
  for (const destination of destinations) {
    try {
      if (await search.matches(destination.regex, name)) return destination;
    } catch (error) {
      if (!(error instanceof EndlessSearchError || error instanceof UnsearchableError)) throw error;
      throw new GranuleRequestError(`The expression ${destination.regex} takes too long.`, [], error);
    }
  }
  return undefined;
}

/** The text of a place in messages. */
export function nameOf({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}
