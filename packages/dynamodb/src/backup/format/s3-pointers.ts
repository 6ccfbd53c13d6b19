import { isObject } from '../../aws/is-object.ts';
import type { S3Location } from '../../storage/s3/url.ts';

/*
 * Values that are too large for an item are in S3. The item has a pointer in their place, as Cumulus messages do: `{
 * replace: { Bucket, Key, … } }`. A backup holds the pointer, not the object.
 */

const NEWLINE = 0x0a;

/** Every pointer has this. It is short and begins with a rare letter, so searching for it costs almost nothing. */
const RARE = 'Bucket';

/** The beginning of a pointer. Within a string, its quotation marks would be escaped. */
const BEGIN = '"replace":{"M":{';

/**
 * The pointers in lines of typed JSON, each as often as it is there.
 * @param lines as DynamoDB sent them, without whitespace between tokens
 */
export function* pointersIn(lines: Uint8Array): Generator<S3Location, void> {
  const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength);
  for (let at = text.indexOf(RARE); at >= 0; at = text.indexOf(RARE, at)) {
    const start = text.lastIndexOf(NEWLINE, at) + 1;
    const lineEnd = text.indexOf(NEWLINE, at);
    at = lineEnd < 0 ? text.length : lineEnd;
    const line = text.subarray(start, at);
    if (line.includes(BEGIN)) yield* pointersWithin(JSON.parse(line.toString()));
  }
}

/** The number of pointers that {@link pointersIn} gives. */
export function countPointers(lines: Uint8Array): number {
  let count = 0;
  for (const _ of pointersIn(lines)) count += 1;
  return count;
}

function* pointersWithin(value: unknown): Generator<S3Location, void> {
  if (Array.isArray(value)) {
    for (const element of value) yield* pointersWithin(element);
  } else if (isObject(value)) {
    const location = locationOf(value['replace']);
    if (location !== undefined) yield location;
    for (const member of Object.values(value)) yield* pointersWithin(member);
  }
}

/** The object that a pointer in typed JSON names. */
function locationOf(replace: unknown): S3Location | undefined {
  const map = isObject(replace) ? replace['M'] : undefined;
  const [bucket, key] = isObject(map) ? [textOf(map['Bucket']), textOf(map['Key'])] : [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

function textOf(value: unknown): string | undefined {
  return isObject(value) && typeof value['S'] === 'string' ? value['S'] : undefined;
}
