import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from '../../src/aws/client.ts';
import type { AccessDeniedError } from '../../src/aws/errors.ts';
import { send, sendExplained } from '../../src/aws/send.ts';

/** What the server says, and how often it was asked. */
let answer: (response: ServerResponse) => void;
let requests = 0;

const server = createServer((request, response) => {
  requests += 1;
  request.resume();
  answer(response);
});
const command = (): DescribeTableCommand => new DescribeTableCommand({ TableName: 'prod-RulesTable' });
const settings = () => ({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function refuse(response: ServerResponse, name: string, message = 'as the test needs'): void {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }));
}

test('a signal ends a request while the SDK waits for its next attempt', async () => {
  const abort = new AbortController();
  const stop = new Error('stop');
  answer = (response) => {
    refuse(response, 'ThrottlingException');
    setTimeout(() => abort.abort(stop), 20);
  };
  requests = 0;
  // The first wait after throttling takes at least half a second.
  const sent = send(createClient(settings()), command(), abort.signal).catch((error: unknown) => error);
  expect(await Promise.race([sent, sleep(400, 'still waiting')])).toBe(stop);
  expect(requests).toBe(1);
});

test('nothing is sent once the signal is aborted', async () => {
  requests = 0;
  const stop = new Error('stop');
  await expect(send(createClient(settings()), command(), AbortSignal.abort(stop))).rejects.toBe(stop);
  expect(requests).toBe(0);
});

test('an answer that is no evidence is none, whoever made the client', async () => {
  answer = (response) => response.end('{}');
  const client = new DynamoDBClient({ ...settings(), maxAttempts: 1 });
  await expect(send(client, command())).rejects.toMatchObject({ name: 'DamagedResponseError' });
});

test('a refusal is explained with the action and the table', async () => {
  answer = (response) => refuse(response, 'AccessDeniedException');
  const context = { action: 'DescribeTable', table: 'prod-RulesTable' };
  await expect(sendExplained(createClient(settings()), command(), context)).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    message: expect.stringContaining('DescribeTable on table prod-RulesTable'),
  });
});

const TABLE_ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-RulesTable';
const POLICY_ARN = 'arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1';

test.each([
  [
    'because no identity-based policy allows the dynamodb:DescribeTable action',
    'Allow the IAM action dynamodb:DescribeTable on ',
  ],
  [
    'because no VPC endpoint policy allows the dynamodb:DescribeTable action',
    `The VPC endpoint policy has to allow dynamodb:DescribeTable on ${TABLE_ARN} too`,
  ],
  [
    `with an explicit deny in a service control policy: ${POLICY_ARN}`,
    `A statement of a service control policy (${POLICY_ARN}) denies it.`,
  ],
])('what DynamoDB refuses %s, is explained by that', async (reason, advice) => {
  const user = 'User: arn:aws:iam::123456789012:user/ops is not authorized to perform: dynamodb:DescribeTable';
  answer = (response) => refuse(response, 'AccessDeniedException', `${user} on resource: ${TABLE_ARN} ${reason}`);
  const context = { action: 'DescribeTable', table: 'prod-RulesTable' };
  const error = await sendExplained(createClient(settings()), command(), context).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'ACCESS_DENIED',
    denial: { action: 'dynamodb:DescribeTable', resource: TABLE_ARN },
  });
  expect((error as AccessDeniedError).advice).toEqual([expect.stringContaining(advice)]);
});
