import type { Answer, Fault } from './proxy.ts';
import type { Random } from './random.ts';
import { refusalOfS3 } from './s3.ts';

const TYPE = 'application/x-amz-json-1.0';

export const OF_DYNAMODB: readonly Answer[] = [
  refusal(400, 'com.amazon.coral.availability#ThrottlingException', 'Rate of requests exceeds the allowed throughput.'),
  refusal(
    400,
    'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
    'The level of configured provisioned throughput for the table was exceeded.',
  ),
  refusal(500, 'com.amazonaws.dynamodb.v20120810#InternalServerError', 'The request could not be processed.'),
];

export const OF_STEP_FUNCTIONS: readonly Answer[] = [
  refusal(400, 'com.amazon.coral.availability#ThrottlingException', 'Rate exceeded'),
  refusal(500, 'com.amazon.coral.service#InternalFailure', 'The request could not be processed.'),
];

export const OF_S3: readonly Answer[] = [refusalOfS3(503, 'SlowDown'), refusalOfS3(500, 'InternalError')];

/** Throttling and HTTP 500 by chance, for this share of all calls; the service, DynamoDB by default, gets none of these. */
export function refused(share: number, random: Random, refusals = OF_DYNAMODB): Fault {
  return async (_, pass) => {
    const refusal = refusals[Math.floor(random() * refusals.length)];
    return random() < share && refusal !== undefined ? refusal : pass();
  };
}

function refusal(status: number, type: string, message: string): Answer {
  return { status, type: TYPE, body: Buffer.from(JSON.stringify({ __type: type, message })), fault: true };
}
