import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { verifyArchive } from '../../../src/archive/verify/verify-archive.ts';
import { granule } from '../../scratch.ts';
import { Archived } from '../archived.ts';
import { pointing } from './pointing.ts';

onDynamoDBLocal('pointers to S3 in an archive', () => {
  const scratch = new Archived();

  test('are counted: those of bases, and those that changes leave', async () => {
    const followed = await scratch.followed();
    const { front } = followed;
    await front.put(pointing(1, 'first', 'second'));
    await front.put(granule(2));
    await scratch.whileFollowed(followed, async () => {
      await scratch.reached(0);
      await front.put(pointing(2, 'third'));
      // A text like a pointer is none, and what an item was before is not counted.
      await front.put(granule(2, { note: { S: JSON.stringify({ replace: { Bucket: 'b', Key: 'k' } }) } }));
      await front.delete({ granuleId: pointing(1)['granuleId'] as never });
    });
    const { pointersToS3, bases } = await scratch.summary();
    // Two of them were in the stream before the base.
    expect({ pointersToS3, ofBases: bases.map((base) => base.pointersToS3) }).toEqual({
      pointersToS3: 3,
      ofBases: [2],
    });
    expect(await verifyArchive(scratch.archive)).toMatchObject([{ isWhole: true, pointersToS3: 5 }]);
  });
});
