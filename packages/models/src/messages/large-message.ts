import { isObject } from '@cumulus/dynamodb/aws';
import type { FetchText } from '../payloads/fetch-from-s3.ts';
import { InvalidMessageError } from './errors.ts';
import { isNoException } from './exception.ts';
import type { JsonObject } from './json.ts';

/** Tasks write one pointer; a second may come of a part that is a large message again. More can only be a circle. */
const MAX_POINTERS = 5;

/** The names that a path leads through: `$`, `$.payload`, `$.meta.input_granules`. */
const PATH = /^\$(\.[\w-]+)*$/;

/**
 * Brings in what a message leaves in S3. A message too large for Step Functions has a pointer, `replace: {Bucket, Key,
 * TargetPath}`, in place of the part at TargetPath, `$` being all of it. As the Cumulus message adapter does it, objects
 * are merged with what is there, all else takes its place, and an exception beside the pointer is kept if the
 * object has none.
 *
 * @param message not changed; without a pointer it is the result
 * @throws {@link InvalidMessageError} if the pointer or what it points to is damaged, or if it never ends
 * @throws whatever `fetch` throws
 *
 * @example
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import { followMessage, parseMessage } from '@cumulus/models/messages';
 * import { fetchFromS3 } from '@cumulus/models/payloads';
 *
 * declare const output: string;
 * const message = parseMessage(await followMessage(JSON.parse(output), fetchFromS3(new S3Client())));
 * ```
 */
export async function followMessage(message: unknown, fetch: FetchText): Promise<unknown> {
  let current = message;
  for (let followed = 0; isObject(current) && isObject(current['replace']); followed += 1) {
    if (followed === MAX_POINTERS) throw invalid('replace', `still a pointer after ${MAX_POINTERS} objects`);
    const { replace, ...rest } = current;
    const { bucket, key, path } = pointerOf(replace as JsonObject);
    current = withException(put(rest, path, await fetchJson(fetch, bucket, key)), rest['exception']);
  }
  return current;
}

interface Pointer {
  readonly bucket: string;
  readonly key: string;
  readonly path: readonly string[];
}

function pointerOf({ Bucket: bucket, Key: key, TargetPath: target = '$' }: JsonObject): Pointer {
  if (typeof bucket !== 'string' || bucket === '') throw invalid('replace.Bucket', 'is missing');
  if (typeof key !== 'string' || key === '') throw invalid('replace.Key', 'is missing');
  if (typeof target !== 'string' || !PATH.test(target)) {
    throw invalid('replace.TargetPath', `is not $ or $.name.name: ${JSON.stringify(target)}`);
  }
  return { bucket, key, path: target.split('.').slice(1) };
}

async function fetchJson(fetch: FetchText, bucket: string, key: string): Promise<unknown> {
  const text = await fetch(bucket, key);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('replace', `s3://${bucket}/${key} does not hold JSON`, error);
  }
}

/** The value with a part put in, without changing it. */
function put(value: unknown, path: readonly string[], part: unknown, walked = '$'): unknown {
  const [name, ...further] = path;
  if (name === undefined) return isObject(value) && isObject(part) ? { ...value, ...part } : part;
  if (!isObject(value) || !Object.hasOwn(value, name)) {
    throw invalid('replace.TargetPath', `leads to ${walked}.${name}, which the message does not have`);
  }
  return { ...value, [name]: put(value[name], further, part, `${walked}.${name}`) };
}

function withException(message: unknown, exception: unknown): unknown {
  if (isNoException(exception) || !isObject(message) || !isNoException(message['exception'])) return message;
  return { ...message, exception };
}

function invalid(path: string, message: string, cause?: unknown): InvalidMessageError {
  return new InvalidMessageError([{ path, message }], cause);
}
