/** Where a deployment keeps in S3 what is too large for its tables. */
export interface PayloadPlace {
  readonly bucket: string;
  /** Without a slash at its end. */
  readonly prefix: string;
}

/**
 * The place of a deployment: in its system bucket, under `<stack name>/payloads`.
 *
 * @example
 * ```ts
 * import { payloadPlace } from '@cumulus/models/payloads';
 *
 * payloadPlace('prod-internal', 'prod'); // { bucket: 'prod-internal', prefix: 'prod/payloads' }
 * ```
 */
export function payloadPlace(systemBucket: string, stackName: string): PayloadPlace {
  return { bucket: systemBucket, prefix: `${stackName}/payloads` };
}

/** An object in S3 that a record points to. */
export interface PayloadAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Whether an object lies in a place. Who can write a record must not make others read or delete elsewhere. */
export function liesIn({ bucket, prefix }: PayloadPlace, address: PayloadAddress): boolean {
  return address.bucket === bucket && address.key.startsWith(`${prefix}/`);
}
