import { expect, test } from '@jest/globals';
import { type AwsErrorKind, classifyAwsError, isTransient } from '../../src/aws/classify-error.ts';
import { ConnectionError, CredentialsError, RequestFailedError, ThrottledError } from '../../src/aws/errors.ts';
import { type AwsRequest, explainAwsError } from '../../src/aws/explain-error.ts';

function awsError(name: string, status?: number, more: object = {}): Error {
  const $metadata = status === undefined ? undefined : { httpStatusCode: status, requestId: 'r1' };
  return Object.assign(new Error(`${name} said so`), { name, $metadata }, more);
}

const CASES: readonly (readonly [AwsErrorKind, unknown])[] = [
  ['interrupted', AbortSignal.abort().reason],
  ['no credentials', awsError('CredentialsProviderError')],
  ['credentials refused', awsError('ExpiredTokenException', 400)],
  ['credentials refused', awsError('InvalidAccessKeyId', 403)],
  ['unreachable', awsError('TimeoutError')],
  ['unreachable', awsError('Error', undefined, { code: 'ECONNREFUSED' })],
  ['unreachable', awsError('Error', undefined, { cause: awsError('Error', undefined, { code: 'ENOTFOUND' }) })],
  ['unreachable', awsError('Error', undefined, { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })],
  ['access denied', awsError('AccessDeniedException', 400)],
  ['throttled', awsError('ProvisionedThroughputExceededException', 400)],
  ['throttled', awsError('SlowDown', 503)],
  ['throttled', awsError('AnyName', 429)],
  ['unavailable', awsError('InternalServerError', 500)],
  ['not found', awsError('ResourceNotFoundException', 400)],
  ['item refused', awsError('ValidationException', 400)],
  ['unsupported', awsError('UnknownOperationException', 400)],
  ['refused', awsError('ConditionalCheckFailedException', 400)],
  ['unknown', new TypeError('a mistake of ours')],
  ['unknown', 'no error at all'],
];

test.each(CASES)('%s: %s', (kind, thrown) => {
  expect(classifyAwsError(thrown)).toBe(kind);
});

test('a refusal is final; throttling, a failing server and a failing network pass', () => {
  expect(isTransient(awsError('ValidationException', 400))).toBe(false);
  expect(isTransient(awsError('ThrottlingException', 400))).toBe(true);
  expect(isTransient(awsError('InternalServerError', 500))).toBe(true);
  expect(isTransient(awsError('Error', undefined, { code: 'ECONNRESET' }))).toBe(true);
});

const REQUEST: AwsRequest = {
  service: 'SQS in us-east-1',
  what: 'SendMessage to the queue',
  whenDenied: ['Allow it.'],
  whenThrottled: ['Wait.'],
};

test('an error names the request, quotes the service, and says what to do', () => {
  const throttled = explainAwsError(awsError('ThrottlingException', 400), REQUEST);
  expect(throttled).toBeInstanceOf(ThrottledError);
  expect(throttled).toMatchObject({
    code: 'THROTTLED',
    problem: 'SQS in us-east-1 kept throttling SendMessage to the queue: ThrottlingException said so',
    advice: ['Wait.'],
  });
  expect(explainAwsError(awsError('OverLimit', 400), REQUEST)).toBeInstanceOf(RequestFailedError);
});

test('refused credentials can be distinguished from a network that fails', () => {
  const refused = explainAwsError(awsError('InvalidClientTokenId', 403), REQUEST);
  expect(refused).toBeInstanceOf(CredentialsError);
  expect(refused).toMatchObject({ code: 'CREDENTIALS_REFUSED' });
  const unreachable = explainAwsError(awsError('TimeoutError'), REQUEST);
  expect(unreachable).toBeInstanceOf(ConnectionError);
  expect(unreachable).toMatchObject({ code: 'CONNECTION_FAILED' });
});

test('a certificate that is not trusted says how it may be', () => {
  const error = awsError('Error', undefined, { code: 'SELF_SIGNED_CERT_IN_CHAIN' });
  expect((explainAwsError(error, REQUEST) as Error).message).toMatch(/SELF_SIGNED_CERT_IN_CHAIN(.|\n)*AWS_CA_BUNDLE/);
});

test('an error that may hold a secret is neither quoted nor kept', () => {
  const error = explainAwsError(awsError('AccessDeniedException', 400), { ...REQUEST, isSecret: true }) as Error;
  expect(error.message).toContain('AccessDeniedException, HTTP 400, request r1');
  expect(error.message).not.toContain('said so');
  expect(error.cause).toBeUndefined();
});
