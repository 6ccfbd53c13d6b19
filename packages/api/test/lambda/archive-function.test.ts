import { describe, expect, test } from '@jest/globals';
import { createArchiveFunction } from '../../src/lambda/archive-function.ts';
import { archiveSettingsFromEnvironment } from '../../src/lambda/archive-settings.ts';

const ENVIRONMENT = {
  stackName: 'prod',
  ARCHIVE: 's3://my-archive/prod',
  ARCHIVED_TABLES: 'prod-GranulesTable, prod-RulesTable',
};

const CONTEXT = { awsRequestId: 'r', getRemainingTimeInMillis: () => 1_000 };

const STREAM = 'arn:aws:dynamodb:us-east-1:123456789012:table/prod-GranulesTable/stream/2026-11-29T20:32:00.123';

/** A batch of an event source mapping with a tumbling window, as AWS documents it. */
const BATCH = {
  Records: [
    {
      ...{
        eventID: '1',
        eventName: 'INSERT',
        eventVersion: '1.0',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
      },
      dynamodb: {
        ...{ Keys: { Id: { N: '101' } }, NewImage: { Id: { N: '101' } }, SequenceNumber: '111', SizeBytes: 26 },
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      eventSourceARN: STREAM,
    },
  ],
  window: { start: '2026-11-29T20:30:00Z', end: '2026-11-29T20:31:00Z' },
  state: {},
  shardId: 'shardId-00000001764448320123-0123abcd',
  eventSourceARN: STREAM,
  isFinalInvokeForWindow: false,
  isWindowTerminatedEarly: false,
};

describe('the function that archives', () => {
  test('names every setting that is missing or wrong, and starts with none of them', () => {
    expect(() => createArchiveFunction({})).toThrow(
      'Changes cannot be archived: stackName is not set; ARCHIVE is not set; ARCHIVED_TABLES is not set.',
    );
    const wrong = { ARCHIVE: '/var/archive', ARCHIVED_TABLES: 'prod-GranulesTable,a table', MAX_BASE_BYTES: '1 GB' };
    expect(() => createArchiveFunction({ stackName: 'prod', ...wrong })).toThrow(
      'Changes cannot be archived: ARCHIVE is not s3://BUCKET/PREFIX: /var/archive; ARCHIVED_TABLES names a table, which is no table; MAX_BASE_BYTES is not a number of bytes: 1 GB.',
    );
  });

  test('locks and encrypts what it writes as it is set to', () => {
    const recipient = `age1${'q'.repeat(58)}`;
    const set = { RECIPIENTS: `${recipient}, ${recipient}`, LOCK_DAYS: '35', LOCK_MODE: 'compliance' };
    expect(archiveSettingsFromEnvironment({ ...ENVIRONMENT, ...set })).toMatchObject({
      recipients: [recipient, recipient],
      lock: { mode: 'COMPLIANCE', milliseconds: 35 * 24 * 3_600_000 },
    });
    expect(archiveSettingsFromEnvironment({ ...ENVIRONMENT, LOCK_DAYS: '1' }).lock?.mode).toBe('GOVERNANCE');
    const secret = 'AGE-SECRET-KEY-1QQQ';
    const wrong = { RECIPIENTS: `${recipient},${secret}`, LOCK_DAYS: '0', LOCK_MODE: 'forever' };
    const invoked = () => archiveSettingsFromEnvironment({ ...ENVIRONMENT, ...wrong });
    expect(invoked).toThrow(
      'RECIPIENTS: number 2 is no public key of age; LOCK_MODE is neither governance nor compliance: forever; LOCK_DAYS is not a number of days: 0.',
    );
    expect(invoked).not.toThrow(secret);
    expect(() => archiveSettingsFromEnvironment({ ...ENVIRONMENT, LOCK_MODE: 'compliance' })).toThrow(
      'LOCK_MODE is set, and LOCK_DAYS is not',
    );
  });

  test('makes no base of a table of 5 GB or more, unless a setting says so', () => {
    const { maxBaseBytes, ...settings } = archiveSettingsFromEnvironment(ENVIRONMENT);
    expect(settings).toEqual({
      ...{ stackName: 'prod', archive: 's3://my-archive/prod', tables: ['prod-GranulesTable', 'prod-RulesTable'] },
    });
    expect(maxBaseBytes).toBe(5_000_000_000);
    expect([settings.lock, settings.recipients]).toEqual([undefined, undefined]);
    expect(archiveSettingsFromEnvironment({ ...ENVIRONMENT, MAX_BASE_BYTES: '0' }).maxBaseBytes).toBe(0);
  });

  test.each([
    ['an event of something else', {}, 'neither a batch of a table’s stream nor that of a schedule'],
    [
      'a batch of another table',
      { ...BATCH, eventSourceARN: STREAM.replace('Granules', 'Pdrs') },
      'prod-PdrsTable, which is no table that is archived',
    ],
    [
      'a batch of a queue',
      { Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'arn:aws:sqs:r:1:queue' }] },
      ':queue',
    ],
    ['a batch without a window', { ...BATCH, shardId: undefined }, 'TumblingWindowInSeconds'],
    ['a shard that is none', { ...BATCH, shardId: '../shard' }, 'does not name its shard'],
    ['a record without a number', { ...BATCH, Records: [{ dynamodb: {} }] }, 'sequence number undefined'],
  ])('refuses %s by name, and archives nothing', async (_, event, problem) => {
    const invoked = createArchiveFunction(ENVIRONMENT)(event, CONTEXT);
    await expect(invoked).rejects.toMatchObject({ code: 'ARCHIVE_EVENT_INVALID' });
    await expect(invoked).rejects.toThrow(problem);
    await expect(invoked).rejects.toThrow('Nothing was archived.');
  });

  test('takes the end of a window without records', async () => {
    const event = { ...BATCH, Records: [], isFinalInvokeForWindow: true };
    // There is no S3 in this test: nothing is asked.
    expect(await createArchiveFunction(ENVIRONMENT)(event, CONTEXT)).toEqual({ state: {}, batchItemFailures: [] });
  });
});
