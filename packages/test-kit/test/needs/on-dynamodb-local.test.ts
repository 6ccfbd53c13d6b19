import { describe, expect, test } from '@jest/globals';
import { onDynamoDBLocal } from '../../src/needs/on-dynamodb-local.ts';

onDynamoDBLocal('a test that needs DynamoDB Local', () => {
  test('runs on DynamoDB Local only', () => {
    expect(process.env['CUMULUS_TEST_DYNAMODB_KIND']).not.toBe('dynalite');
  });
});

describe('a test run', () => {
  test('shows its tests where the server is and with which credentials', async () => {
    expect(process.env['AWS_ACCESS_KEY_ID']).toMatch(/^[A-Za-z0-9]+$/);
    expect(process.env['AWS_REGION']).toBeTruthy();
    await expect(fetch(String(process.env['AWS_ENDPOINT_URL_DYNAMODB']))).resolves.toBeInstanceOf(Response);
  });
});
