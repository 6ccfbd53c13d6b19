import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { RemoteMessageMissingError } from '@cumulus/models/payloads';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../../src/aws/ask-service.ts';
import { fetchText } from '../../src/aws/fetch-text.ts';

/** An S3 that answers with an error, the status being the object's key. */
const server = createServer(({ url = '' }, response) => {
  const [, status = '', code = ''] = /\/(\d+)-(\w+)/.exec(url) ?? [];
  response.writeHead(Number(status), { 'Content-Type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
});
let s3: S3Client;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  s3 = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials });
});
afterAll(() => {
  s3.destroy();
  server.closeAllConnections();
  server.close();
});

async function errorOf(key: string): Promise<unknown> {
  return fetchText({ s3: async () => s3 })('bucket', key).catch((error: unknown) => error);
}

test('what S3 cannot answer now is an answer of 503, what it refuses is what it said, and what is not there is reported', async () => {
  expect(await errorOf('503-SlowDown')).toBeInstanceOf(ServiceUnavailableError);
  expect(await errorOf('500-InternalError')).toBeInstanceOf(ServiceUnavailableError);
  expect(await errorOf('403-AccessDenied')).toMatchObject({ name: 'AccessDenied' });
  expect(await errorOf('404-NoSuchKey')).toBeInstanceOf(RemoteMessageMissingError);
});
