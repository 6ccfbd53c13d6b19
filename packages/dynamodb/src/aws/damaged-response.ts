import { CumulusError } from './errors.ts';

/**
 * An answer that did not arrive as AWS sent it: cut off, altered, without fields that it always has, or sent by another
 * server. The SDK treats it as temporary and sends the request again, so callers see it only if that did not help.
 */
export class DamagedResponseError extends CumulusError {
  readonly code = 'DAMAGED_RESPONSE';
  /** How the SDK's retry strategy knows that asking again makes sense. */
  readonly $retryable = { throttling: false };

  /**
   * @param answer what arrived, such as `A page of table T`
   * @param problem what is wrong with it
   */
  constructor(answer: string, problem: string, cause?: unknown) {
    super(
      `${answer} arrived damaged: ${problem}.`,
      ['Nothing of it was taken for true.', 'Check the network and any proxy between here and AWS.'],
      cause,
    );
  }
}
