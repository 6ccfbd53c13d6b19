import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

/** What is needed here of the response that the SDK's HTTP handler hands on. */
export interface RawResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  /** Bytes once it was read and proved. */
  body: Readable | Buffer;
}

/** Whether a response claims success. */
export function claimsSuccess({ statusCode }: RawResponse): boolean {
  return statusCode < 300;
}

/** The length of the body that a response announces, if it does. */
export function announcedLength({ headers }: RawResponse): number | undefined {
  const announced = headers['content-length'];
  return announced === undefined ? undefined : Number(announced);
}

/**
 * Compares a body with its headers.
 * @returns whether a checksum has shown that it is what was sent
 * @throws Error which says what differs
 */
export function proveBody(response: RawResponse, bytes: Buffer): boolean {
  const announced = announcedLength(response);
  if (announced !== undefined && bytes.length !== announced) throw new Error(`${bytes.length} of ${announced} bytes`);
  const { headers } = response;
  // The checksum is of the bytes that were sent. An encoding on the way changes the bytes that arrive.
  const checksum = headers['content-encoding'] === undefined ? headers['x-amz-crc32'] : undefined;
  if (checksum === undefined) return false;
  if (crc32(bytes) !== Number(checksum)) throw new Error('its checksum (CRC-32) is another');
  return true;
}
