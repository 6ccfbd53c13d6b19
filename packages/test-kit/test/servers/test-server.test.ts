import { describe, expect, test } from '@jest/globals';
import { startTestDynamoDB, TEST_ENDPOINT_VARIABLE, TestEndpointError } from '../../src/servers/test-server.ts';

describe('startTestDynamoDB', () => {
  test.each(['http://127.0.0.1:8000', 'http://localhost:8000', 'http://[::1]:8000', 'http://127.8.0.1'])(
    'takes the server at %s that the variable of the tests names, and leaves it running',
    async (endpoint) => {
      const lines: string[] = [];
      const log = (line: string) => lines.push(line);
      const server = await startTestDynamoDB({ log }, { [TEST_ENDPOINT_VARIABLE]: endpoint });
      expect(server).toMatchObject({ endpoint, kind: 'endpoint' });
      expect(lines).toEqual([`the DynamoDB at ${endpoint} that ${TEST_ENDPOINT_VARIABLE} names`]);
      await expect(server.stop()).resolves.toBeUndefined();
    },
  );

  test.each([
    'https://dynamodb.us-east-1.amazonaws.com',
    'http://192.0.2.1:8000',
    'http://localhost.example.org:8000',
    'http://127.0.0.1.example.org',
    'http://127.0.0.1:8000@example.org',
    '127.0.0.1:8000',
  ])('refuses %s, which is not on this machine', async (endpoint) => {
    const starting = startTestDynamoDB({}, { [TEST_ENDPOINT_VARIABLE]: endpoint });
    await expect(starting).rejects.toThrow(TestEndpointError);
    await expect(starting).rejects.toThrow(`${TEST_ENDPOINT_VARIABLE} is ${endpoint}, which is not on this machine`);
  });

  test('does not follow the settings of AWS', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://all.example.org', AWS_ENDPOINT_URL_DYNAMODB: 'http://example.org' };
    const server = await startTestDynamoDB({ prefer: ['dynalite'] }, environment);
    expect(server.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:/);
    await server.stop();
  });
});
