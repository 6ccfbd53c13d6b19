import { byteOrder, formatS3Url, type S3Location, textOfByteOrder } from '@cumulus/dynamodb/storage';

/** Less than all that names of buckets have, so that places are in the order of buckets, and then of keys. */
const BETWEEN = '\0';

/** A text by which places are sorted: by bucket, then by key, as S3 lists them. */
export function orderOf({ bucket, key }: S3Location): string {
  return `${byteOrder(bucket)}${BETWEEN}${byteOrder(key)}`;
}

/** The place of which {@link orderOf} made this. */
export function placeOf(order: string): S3Location {
  const end = order.indexOf(BETWEEN);
  return { bucket: textOfByteOrder(order.slice(0, end)), key: textOfByteOrder(order.slice(end + 1)) };
}

export function uriOf(order: string): string {
  return formatS3Url(placeOf(order));
}
