import type { Answer, Fault } from './proxy.ts';
import type { Random } from './random.ts';

const TYPE = 'application/x-amz-json-1.0';

const REFUSALS: readonly Answer[] = [
  refusal(400, 'com.amazon.coral.availability#ThrottlingException', 'Rate of requests exceeds the allowed throughput.'),
  refusal(
    400,
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  ),
  refusal(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'The request could not be processed.'),
];

/** Throttling and HTTP 500 in turn, for this share of all calls; DynamoDB gets none of these. */
export function refused(share: number, random: Random): Fault {
  return async (_, pass) => {
    const refusal = REFUSALS[Math.floor(random() * REFUSALS.length)];
    return random() < share && refusal !== undefined ? refusal : pass();
  };
}

function refusal(status: number, type: string, message: string): Answer {
  return { status, type: TYPE, body: Buffer.from(JSON.stringify({ __type: type, message })), fault: true };
}
