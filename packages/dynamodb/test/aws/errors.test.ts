import { expect, test } from '@jest/globals';
import { ConnectionError, CumulusError, InterruptedError } from '../../src/aws/errors.ts';

test('an error of another copy of the package is a CumulusError, and of no other class', async () => {
  const copy = '../../src/aws/errors.ts?copy';
  const other = (await import(copy)) as { readonly ConnectionError: typeof ConnectionError };
  expect(other.ConnectionError).not.toBe(ConnectionError);
  const error = new other.ConnectionError('DynamoDB does not answer');
  expect(error instanceof CumulusError).toBe(true);
  expect(error instanceof ConnectionError).toBe(false);
  expect(error instanceof InterruptedError).toBe(false);
});

test('an error of this copy is of its class and of those above it', () => {
  const error = new ConnectionError('DynamoDB does not answer');
  expect(error instanceof ConnectionError).toBe(true);
  expect(error instanceof CumulusError).toBe(true);
  expect(error instanceof InterruptedError).toBe(false);
});

test.each([undefined, null, 'CumulusError', new Error('CumulusError'), { name: 'CumulusError' }])(
  '%p is none',
  (value) => {
    expect(value instanceof CumulusError).toBe(false);
  },
);
