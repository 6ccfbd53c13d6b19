// biome-ignore lint/suspicious/noControlCharactersInRegex: all that takes one byte
const ASCII = /^[\x00-\x7f]*$/;

/**
 * A text that JavaScript compares as UTF-8 is compared, byte by byte. That is the order of keys in S3 and in DynamoDB; JavaScript's own is
 * that of UTF-16, in which some characters (U+E000 and above) stand elsewhere.
 *
 * @example
 * ```ts
 * import { byteOrder } from '@cumulus/dynamodb/storage';
 *
 * const keys = ['𝄞.txt', '～.txt'];
 * keys.sort((a, b) => (byteOrder(a) < byteOrder(b) ? -1 : 1)); // ['～.txt', '𝄞.txt']
 * ```
 */
export function byteOrder(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The text of which {@link byteOrder} made this.
 *
 * @example
 * ```ts
 * import { byteOrder, textOfByteOrder } from '@cumulus/dynamodb/storage';
 *
 * textOfByteOrder(byteOrder('é.hdf')); // 'é.hdf'
 * ```
 */
export function textOfByteOrder(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}
