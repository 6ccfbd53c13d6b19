import { describeWithMoto, ownBucket } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { parseMessage } from '../../src/messages/cumulus-message.ts';
import { InvalidMessageError } from '../../src/messages/errors.ts';
import { followMessage } from '../../src/messages/large-message.ts';
import { recordsOfMessage } from '../../src/messages/message-records.ts';
import { RemoteMessageError, RemoteMessageMissingError } from '../../src/payloads/errors.ts';
import { fetchFromS3 } from '../../src/payloads/fetch-from-s3.ts';
import { realMessage } from '../messages/real-message.ts';
import { unreachableS3 } from './own-s3.ts';

await describeWithMoto('fetchFromS3', (moto) => {
  const bucket = ownBucket(moto, 'system');
  const client = moto.s3;
  const fetch = fetchFromS3(client);
  const put = bucket.put.bind(bucket);

  test('a large message that lies in S3 gives the records that it would give itself', async () => {
    const message = realMessage('sync-granule');
    const granules = Array.from({ length: 5000 }, (_, number) => ({ granuleId: `gränule ${number}`, files: [] }));
    await put('events/whole', JSON.stringify({ ...message, payload: { granules } }));
    await put('events/payload', JSON.stringify({ granules }));
    const time = { time: 1519146507212 };
    const expected = recordsOfMessage(parseMessage({ ...message, payload: { granules } }), time);
    expect(expected.granules.length).toBe(5000);

    const replace = { Bucket: 'system', Key: 'events/whole', TargetPath: '$' };
    const whole = await followMessage({ cumulus_meta: message.cumulus_meta, replace }, fetch);
    expect(recordsOfMessage(parseMessage(whole), time)).toEqual(expected);

    const part = await followMessage(
      { ...message, payload: {}, replace: { Bucket: 'system', Key: 'events/payload', TargetPath: '$.payload' } },
      fetch,
    );
    expect(recordsOfMessage(parseMessage(part), time)).toEqual(expected);
  });

  test('an object or bucket that is not there is reported by name', async () => {
    const error = await fetch('system', 'events/gone').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteMessageMissingError);
    expect(error).toMatchObject({ bucket: 'system', key: 'events/gone' });
    await expect(fetch('no-such-bucket', 'k')).rejects.toThrow(/^s3:\/\/no-such-bucket\/k, .* does not exist\./);
  });

  test('an object with nothing in it is no message', async () => {
    await put('events/empty', ' ');
    const replace = { Bucket: 'system', Key: 'events/empty' };
    await expect(followMessage({ replace }, fetch)).rejects.toThrow(InvalidMessageError);
  });

  test('an S3 that does not answer is another error, since the object may well be there', async () => {
    const unreachable = unreachableS3();
    const error = await fetchFromS3(unreachable)('system', 'k').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteMessageError);
    expect(error).not.toBeInstanceOf(RemoteMessageMissingError);
    unreachable.destroy();
  });
});
