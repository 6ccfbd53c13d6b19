import { onDynamoDBLocal } from '@cumulus/test-kit';
import { expect, test } from '@jest/globals';
import { LASTING_RUN } from '../../src/models/lasting-run.ts';
import { finishMove, recordMove } from '../../src/recording/move-files.ts';
import { recordGranules } from '../../src/recording/record-granules.ts';
import type { RecordingTarget } from '../../src/recording/recording-target.ts';
import { unpublishGranule } from '../../src/recording/unpublish-granule.ts';
import type { Granule } from '../../src/schemas/granule.ts';
import { Deployment } from '../models/deployment.ts';

onDynamoDBLocal('the files of a granule', () => {
  const deployment = new Deployment({ tables: ['FilesTable', 'GranulesTable'] });
  const { client } = deployment;
  const target: RecordingTarget = { client, tableName: (name) => `${deployment.prefix}-${name}` };

  async function record(granuleId: string, start: number, keys: readonly string[], more: Partial<Granule> = {}) {
    const granule = {
      ...{ granuleId, collectionId: 'MOD09GQ___006', status: 'completed', published: false },
      execution: `https://console/execution-${start}`,
      files: keys.map((key) => ({ bucket: 'archive', key })),
      ...{ timestamp: start, createdAt: start, updatedAt: start },
      ...more,
    } as Granule;
    const files = keys.map((key) => ({ bucket: 'archive', key, granuleId, createdAt: start, updatedAt: start }));
    await recordGranules(target, [{ granule, files }]);
  }
  const itemOf = async (granuleId: string) =>
    (await deployment.items('GranulesTable')).find((item) => item['granuleId'] === granuleId);
  const keysOf = async (granuleId: string): Promise<readonly unknown[]> =>
    (await deployment.items('FilesTable'))
      .filter((file) => file['granuleId'] === granuleId)
      .map(({ key }) => key)
      .sort();
  const moved = (granuleId: string, seenAt: number, from: string, to: string) => ({
    ...{ granuleId, seenAt, files: [{ bucket: 'archive', key: to }] },
    from: [{ bucket: 'archive', key: from, etag: '"1"' }],
  });
  const finish = async (granuleId: string): Promise<readonly string[]> => {
    const removed: string[] = [];
    await finishMove(target, granuleId, async ({ key }) => void removed.push(key));
    return removed;
  };

  test('have new places in all records at once, and what they left is emptied once', async () => {
    await record('G1', 1, ['a']);
    expect(await recordMove(target, moved('G1', 1, 'a', 'b'), 5)).toBe('recorded');
    expect(await keysOf('G1')).toEqual(['b']);
    expect(await itemOf('G1')).toMatchObject({
      files: [{ key: 'b' }],
      updatedAt: 5,
      status: 'completed',
      timestamp: 1,
    });
    // The event of the run that is recorded already changes nothing.
    await record('G1', 1, ['a']);
    expect(await keysOf('G1')).toEqual(['b']);
    expect(await finish('G1')).toEqual(['a']);
    expect(await itemOf('G1')).not.toHaveProperty('movedFiles');
    expect(await finish('G1')).toEqual([]);
  });

  test('that a later run puts back are not deleted', async () => {
    await record('G2', 1, ['c']);
    expect(await recordMove(target, moved('G2', 1, 'c', 'd'), 5)).toBe('recorded');
    await record('G2', 10, ['c']);
    expect(await finish('G2')).toEqual([]);
    expect(await itemOf('G2')).toMatchObject({ files: [{ key: 'c' }] });
    expect(await itemOf('G2')).not.toHaveProperty('movedFiles');
    expect(await keysOf('G2')).toEqual(['c']);
  });

  test('are not moved where the granule is another one than was looked at, or cannot hold them', async () => {
    await record('G3', 1, ['e']);
    await record('G3', 2, ['f']);
    expect(await recordMove(target, moved('G3', 1, 'e', 'g'), 5)).toBe('changed');
    expect(await recordMove(target, moved('none', 1, 'e', 'g'), 5)).toBe('changed');
    const many = Array.from({ length: 2_000 }, (_, index) => ({ bucket: 'archive', key: `${index}`.padEnd(200, 'x') }));
    const large = { granuleId: 'G3', seenAt: 2, files: many, from: [] };
    expect(await recordMove(target, large, 5)).toBe('too large');
    expect(await keysOf('G3')).toEqual(['f']);
    expect(await recordMove(target, moved('G3', 2, 'f', 'g'), 5)).toBe('recorded');
    // Until the first move is finished.
    expect(await recordMove(target, moved('G3', 5, 'g', 'h'), 6)).toBe('changed');
  });

  test('of one that left CMR stay those of its completed run, whatever comes later', async () => {
    const cmrLink = 'https://cmr.example.org/G4';
    await record('G4', 1, [], { published: true, cmrLink });
    const { granules } = deployment.models();
    await granules.update({ granuleId: 'G4' }, { status: 'running' });
    expect(await unpublishGranule(target, { granuleId: 'G4', cmrLink: 'another' }, 5)).toBe('changed');
    expect(await unpublishGranule(target, { granuleId: 'G4', cmrLink }, 5)).toBe('recorded');
    expect(await itemOf('G4')).toMatchObject({ published: false, updatedAt: 5, [LASTING_RUN]: { weight: 3 } });
    await record('G4', 9, ['x'], { status: 'failed', published: true });
    expect(await granules.get({ granuleId: 'G4' })).toMatchObject({ status: 'failed', published: false, files: [] });
    expect(await keysOf('G4')).toEqual([]);
    expect(await unpublishGranule(target, { granuleId: 'G4' }, 5)).toBe('recorded');
    expect(await unpublishGranule(target, { granuleId: 'none' }, 5)).toBe('changed');
  });
});
