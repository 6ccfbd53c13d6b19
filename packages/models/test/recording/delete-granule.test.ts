import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { afterAll, expect, test } from '@jest/globals';
import { deleteGranule } from '../../src/recording/delete-granule.ts';
import { recordGranules } from '../../src/recording/record-granules.ts';
import type { RecordingTarget } from '../../src/recording/recording-target.ts';
import type { Granule } from '../../src/schemas/granule.ts';
import { Deployment } from '../models/deployment.ts';

onDynamoDBLocal('a granule that is deleted', () => {
  const deployment = new Deployment({ tables: ['FilesTable', 'GranulesTable'] });
  const { client } = deployment;
  const target: RecordingTarget = { client, tableName: (name) => `${deployment.prefix}-${name}` };
  const killed = createClient();
  let requestsLeft = Number.POSITIVE_INFINITY;
  killed.middlewareStack.add(
    (next) => (args) => {
      requestsLeft -= 1;
      if (requestsLeft < 0) throw Object.assign(new Error('killed'), { name: 'Killed' });
      return next(args);
    },
    { step: 'initialize' },
  );
  afterAll(() => killed.destroy());

  async function record(granuleId: string, start: number, keys: readonly string[], published = false): Promise<void> {
    const granule: Granule = {
      granuleId,
      collectionId: 'MOD09GQ___006',
      status: 'completed',
      execution: `https://console/execution-${start}`,
      published,
      files: keys.map((key) => ({ bucket: 'archive', key, fileName: key })) as never,
      timestamp: start,
      createdAt: start,
      updatedAt: start,
    };
    const files = keys.map((key) => ({ bucket: 'archive', key, granuleId, createdAt: start, updatedAt: start }));
    await recordGranules(target, [{ granule, files }]);
  }

  const keysOfFiles = async (): Promise<readonly unknown[]> =>
    (await deployment.items('FilesTable')).map(({ key, granuleId }) => `${granuleId}:${key}`).sort();

  test('goes with the records of its files; one that another granule lists too becomes that one’s', async () => {
    await record('one', 1, ['a', 'shared']);
    await record('two', 2, ['b', 'shared']);
    expect(await keysOfFiles()).toEqual(['one:a', 'two:b', 'two:shared']);
    expect(await deleteGranule(target, 'two')).toBe('deleted');
    expect(await keysOfFiles()).toEqual(['one:a', 'one:shared']);
    expect(await deleteGranule(target, 'two')).toBe('absent');
    expect(await deleteGranule(target, 'one')).toBe('deleted');
    expect(await keysOfFiles()).toEqual([]);
    expect(await deployment.items('GranulesTable')).toEqual([]);
  });

  test('gives up the objects first that no other granule lists, and stays where these cannot be deleted', async () => {
    await record('one', 1, ['a', 'shared']);
    await record('two', 2, ['b', 'shared']);
    const refuse = async (): Promise<never> => {
      throw new Error('S3 does not answer');
    };
    await expect(deleteGranule(target, 'two', refuse)).rejects.toThrow('S3 does not answer');
    expect(await keysOfFiles()).toEqual(['one:a', 'two:b', 'two:shared']);
    const given: (readonly string[])[] = [];
    const remove = async (places: readonly { readonly key: string }[]): Promise<void> => {
      given.push(places.map(({ key }) => key));
      // The granule gets another file meanwhile, which is given too.
      if (given.length === 1) await record('two', 3, ['b', 'c', 'shared']);
    };
    expect(await deleteGranule(target, 'two', remove)).toBe('deleted');
    expect(given).toEqual([['b'], ['b', 'c']]);
    expect(await keysOfFiles()).toEqual(['one:a', 'one:shared']);
    expect(await deleteGranule(target, 'one', remove)).toBe('deleted');
    expect(given.at(-1)).toEqual(['a', 'shared']);
  });

  test('stays as it is while it is published', async () => {
    await record('public', 1, ['a'], true);
    expect(await deleteGranule(target, 'public')).toBe('published');
    expect(await keysOfFiles()).toEqual(['public:a']);
  });

  test('stays where another writer said in another way that it is published', async () => {
    await deployment.put('GranulesTable', { granuleId: 'other', status: 'completed', published: 'true' });
    expect(await deleteGranule(target, 'other')).toBe('published');
    expect(await deployment.items('GranulesTable')).toHaveLength(1);
  });

  test('goes with the records of files that earlier releases kept by the name of an S3 URI', async () => {
    const files = [{ name: 'a', filename: 's3://archive/folder/a' }];
    await deployment.put('GranulesTable', { granuleId: 'old', status: 'completed', published: false, files });
    await deployment.put('FilesTable', { bucket: 'archive', key: 'folder/a', granuleId: 'old', createdAt: 1 });
    expect(await deleteGranule(target, 'old')).toBe('deleted');
    expect(await keysOfFiles()).toEqual([]);
  });

  test('of hundreds of files is gone whole, killed after any request and asked for again', async () => {
    const keys = Array.from({ length: 230 }, (_, number) => `file-${number}`);
    for (let requests = 0; ; requests += 1) {
      await record('many', 1, keys);
      requestsLeft = requests;
      const ended = await deleteGranule({ ...target, client: killed }, 'many').catch(({ name }) => name);
      if (ended !== 'deleted') {
        expect(ended).toBe('Killed');
        // Whatever is left of it is reported by its record.
        const left = await keysOfFiles();
        if (left.length > 0) expect(await deployment.items('GranulesTable')).toHaveLength(1);
        expect(await deleteGranule(target, 'many')).not.toBe('published');
      }
      expect(await keysOfFiles()).toEqual([]);
      expect(await deployment.items('GranulesTable')).toEqual([]);
      if (ended === 'deleted') break;
    }
  }, 300_000);
});
