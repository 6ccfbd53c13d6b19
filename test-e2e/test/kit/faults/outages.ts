import { setTimeout } from 'node:timers/promises';
import type { Fault } from './proxy.ts';

const BODY = Buffer.from(
  JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: 'The request could not be processed.',
  }),
);

/** After so many calls each, all calls fail with HTTP 500 for so many milliseconds; DynamoDB gets none of these. */
export function outages(every: number, length: number): Fault {
  let isOut = false;
  return async ({ number }, pass) => {
    if (number % every === 0 && !isOut) {
      isOut = true;
      void setTimeout(length).then(() => {
        isOut = false;
      });
    }
    return isOut ? { status: 500, type: 'application/x-amz-json-1.0', body: BODY, fault: true } : pass();
  };
}
