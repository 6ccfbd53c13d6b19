import { describe, expect, test } from '@jest/globals';
import { check, checkChanges, examples } from './examples.ts';

const pathsOf = async (type: string, value: unknown) =>
  (await check('rule', { ...examples.rule, rule: { type, value } })).violations.map(({ path }) => path);

describe.each([
  [
    'scheduled',
    [
      'rate(1 minute)',
      'rate(1 hour)',
      'rate(5 minutes)',
      'rate(10 days)',
      'cron(0 12 * * ? *)',
      'cron(0/5 8-17 ? * MON-FRI *)',
      'cron(0 8 L * ? 2020)',
    ],
    [
      '',
      '1 hour',
      'rate(1 hours)',
      'rate(2 hour)',
      'rate(0 minutes)',
      'rate(1.5 hours)',
      'rate(5 weeks)',
      'cron(* * * * *)',
      'cron(0 12 * * * *)',
      'cron(0 12 * * ? * *)',
      'at(2030-01-01T00:00:00)',
    ],
  ],
  [
    'kinesis',
    [
      'arn:aws:kinesis:us-east-1:000000000000:stream/cumulus-ingest',
      'arn:aws-us-gov:kinesis:us-gov-west-1:1:stream/a.b_c',
    ],
    ['', 'cumulus-ingest', 'arn:aws:kinesis:us-east-1:000000000000:cumulus', 'arn:aws:sns:us-east-1:0:topic'],
  ],
  [
    'sns',
    ['arn:aws:sns:us-east-1:000000000000:topic', 'arn:aws:sns:us-east-1:000000000000:topic.fifo'],
    ['', 'topic', 'arn:aws:sqs:us-east-1:000000000000:queue'],
  ],
  [
    'sqs',
    [
      'arn:aws:sqs:us-east-1:000000000000:queue',
      'https://sqs.us-east-1.amazonaws.com/000000000000/queue.fifo',
      'http://127.0.0.1:5000/0/queue',
    ],
    ['', 'queue', 'https://sqs.us-east-1.amazonaws.com/', 'ftp://host/queue', 'arn:aws:sns:us-east-1:0:topic'],
  ],
])('a rule of type %s', (type, taken, refused) => {
  test.each(taken)('takes %s', async (value) => expect(await pathsOf(type, value)).toEqual([]));
  test.each(refused)('refuses "%s"', async (value) => expect(await pathsOf(type, value)).toEqual(['rule.value']));
  test('needs a value', async () => expect(await pathsOf(type, undefined)).toEqual(['rule.value']));
  test('reports once a value that is no text', async () => expect(await pathsOf(type, 1)).toEqual(['rule.value']));
  test('is checked when the trigger alone is changed', async () => {
    const changed = (await checkChanges('rule', { rule: { type, value: 'x' } })).violations;
    expect(changed.map(({ path }) => path)).toEqual(['rule.value']);
  });
});

test('a onetime rule needs no value', async () => expect(await pathsOf('onetime', undefined)).toEqual([]));

test('a rule is ENABLED unless it says otherwise', async () => {
  expect((await check('rule', examples.rule)).record['state']).toBe('ENABLED');
  expect((await check('rule', { ...examples.rule, state: 'DISABLED' })).record['state']).toBe('DISABLED');
});
