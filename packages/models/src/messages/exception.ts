import { isObject } from '@cumulus/dynamodb/aws';

/**
 * Whether a message's `exception` says that there was none, for which messages have several words.
 *
 * @example
 * ```ts
 * import { isNoException } from '@cumulus/models/messages';
 *
 * isNoException('None'); // true
 * isNoException({ Error: 'States.Timeout' }); // false
 * ```
 */
export function isNoException(exception: unknown): boolean {
  if (isObject(exception)) return Object.keys(exception).length === 0;
  return exception === undefined || exception === null || exception === '' || exception === 'None';
}
