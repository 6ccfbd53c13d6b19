import { createClient } from '@cumulus/dynamodb/aws';
import { onDynamoDBLocal } from '@cumulus/test-kit';
import { afterAll, expect, test } from '@jest/globals';
import { PENDING_FILES } from '../../src/models/granules.ts';
import { recordGranules } from '../../src/recording/record-granules.ts';
import type { RecordingTarget } from '../../src/recording/recording-target.ts';
import type { FileRecord } from '../../src/schemas/file.ts';
import type { Granule } from '../../src/schemas/granule.ts';
import { Deployment } from '../models/deployment.ts';

/** A run's granule with files of these numbers. */
function run(granuleId: string, start: number, numbers: readonly number[]) {
  const files = numbers.map((number) => ({ bucket: 'archive', key: `${granuleId}/${number}` }));
  const granule: Granule = {
    granuleId,
    collectionId: 'MOD09GQ___006',
    status: 'completed',
    execution: `https://console/execution-${start}`,
    published: false,
    files,
    timestamp: start + 5,
    createdAt: start,
    updatedAt: start + 5,
  };
  const records = files.map((file): FileRecord => ({ ...file, granuleId, createdAt: start, updatedAt: start + 5 }));
  return { granule, files: records };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

onDynamoDBLocal('the granules of a message', () => {
  const deployment = new Deployment({
    tables: ['FilesTable', 'GranulesTable'],
    indexes: ['collectionId-granuleId-index'],
  });
  const { client } = deployment;
  const target: RecordingTarget = { client, tableName: (name) => `${deployment.prefix}-${name}` };
  const disturbed = createClient();
  let requestsLeft = Number.POSITIVE_INFINITY;
  let requests = 0;
  disturbed.middlewareStack.add(
    (next) => (args) => {
      requests += 1;
      requestsLeft -= 1;
      if (requestsLeft < 0) throw Object.assign(new Error('killed'), { name: 'Killed' });
      return next(args);
    },
    { step: 'initialize' },
  );
  afterAll(() => disturbed.destroy());

  async function keysOfFiles(): Promise<readonly string[]> {
    return (await deployment.items('FilesTable')).map(({ key }) => String(key)).sort();
  }

  test('are written several in a transaction', async () => {
    requests = 0;
    requestsLeft = Number.POSITIVE_INFINITY;
    const granules = range(0, 50).map((number) => run(`granule-${number}`, 1000, [1, 2, 3]));
    const recorded = await recordGranules({ ...target, client: disturbed }, granules);
    expect(recorded).toEqual({
      written: granules.map(({ granule }) => granule.granuleId),
      superseded: [],
      failed: [],
    });
    // One to read all fifty, and two transactions of 25 granules with their files.
    expect(requests).toBe(3);
    expect(await keysOfFiles()).toHaveLength(150);
  });

  test('one that DynamoDB refuses stops no other, and is reported', async () => {
    const good = run('good', 1000, [1]);
    const bad = run('bad', 1000, [1]);
    const refused = { ...bad, granule: { ...bad.granule, collectionId: 5 as unknown as string } };
    const recorded = await recordGranules(target, [good, refused, run('also-good', 1000, [1])]);
    expect(recorded).toMatchObject({ written: ['good', 'also-good'], failed: [{ granuleId: 'bad' }] });
    expect(await keysOfFiles()).toEqual(['also-good/1', 'good/1']);
  });

  test('what concerns all is thrown, so that the message comes again', async () => {
    requestsLeft = 1;
    const granules = [run('g', 1000, [1]), run('h', 1000, [1])];
    await expect(recordGranules({ ...target, client: disturbed }, granules)).rejects.toThrow('killed');
    expect(await deployment.items('GranulesTable')).toEqual([]);
  });

  test('a file of two granules is that of the later run, in whatever order they are recorded', async () => {
    const shared = { bucket: 'archive', key: 'shared' };
    const claim = (granuleId: string, start: number) => {
      const { granule } = run(granuleId, start, []);
      return {
        granule: { ...granule, files: [shared] },
        files: [{ ...shared, granuleId, createdAt: start, updatedAt: start }],
      };
    };
    for (const order of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      for (const id of order) await recordGranules(target, [claim(id, id === 'a' ? 2000 : 1000)]);
      expect(await deployment.items('FilesTable')).toMatchObject([{ key: 'shared', granuleId: 'a' }]);
      // The one that has lost it does not take it away.
      await recordGranules(target, [run('b', 3000, [])]);
      expect(await deployment.items('FilesTable')).toMatchObject([{ key: 'shared', granuleId: 'a' }]);
    }
  });

  test('a file that moves between granules of one workflow is not lost, whatever came first', async () => {
    // So many that the two are in different transactions.
    const fillers = range(0, 60).map((number) => run(`filler-${number}`, 1000, [1]));
    const listing = (granuleId: string, time: number, keys: readonly string[]) => {
      const { granule } = run(granuleId, 1000, []);
      const files = keys.map((key) => ({ bucket: 'archive', key }));
      return {
        granule: { ...granule, files, timestamp: time, updatedAt: time },
        files: files.map((file) => ({ ...file, granuleId, createdAt: 1000, updatedAt: time })),
      };
    };
    const first = [listing('A', 1001, []), ...fillers, listing('B', 1001, ['F'])];
    const second = [listing('A', 1002, ['F']), ...fillers, listing('B', 1002, [])];
    for (const reported of [
      [first, second],
      [second, first],
      [first, second, first, second],
    ]) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      for (const granules of reported) await recordGranules(target, granules);
      const rows = await deployment.items('FilesTable');
      expect(rows.filter(({ key }) => key === 'F')).toEqual([
        { bucket: 'archive', key: 'F', granuleId: 'A', createdAt: 1000, updatedAt: 1002 },
      ]);
    }
  }, 60_000);

  test("a file is the next one's when its granule lists it no longer, in every order of three workflows", async () => {
    const listing = (granuleId: string, start: number, key: string) => {
      const { granule } = run(granuleId, start, []);
      const file = { bucket: 'archive', key };
      return {
        granule: { ...granule, files: [file] },
        files: [{ ...file, granuleId, createdAt: start, updatedAt: start }],
      };
    };
    const [a, b, later] = [listing('A', 10, 'F'), listing('B', 20, 'F'), listing('B', 30, 'G')];
    const orders = [
      [a, b, later],
      [a, later, b],
      [b, a, later],
      [b, later, a],
      [later, a, b],
      [later, b, a],
    ];
    for (const order of orders) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      for (const granule of order) await recordGranules(target, [granule]);
      const rows = await deployment.items('FilesTable');
      expect([...rows].sort((one, other) => (String(one['key']) < String(other['key']) ? -1 : 1))).toEqual([
        { bucket: 'archive', key: 'F', granuleId: 'A', createdAt: 10, updatedAt: 10 },
        { bucket: 'archive', key: 'G', granuleId: 'B', createdAt: 30, updatedAt: 30 },
      ]);
    }
    expect(await deployment.models().files.get({ bucket: 'archive', key: 'F' })).not.toHaveProperty('otherClaims');
  });

  test('a list of files that nearly fills the record is recorded again with others', async () => {
    const long = (start: number, from: number) => {
      const { granule, files } = run('long', start, range(from, from + 280));
      const lengthen = <F extends { key: string }>(file: F): F => ({ ...file, key: `${file.key}-${'x'.repeat(900)}` });
      return {
        granule: { ...granule, files: (granule.files ?? []).map((file) => lengthen(file as never)) },
        files: files.map(lengthen),
      };
    };
    await recordGranules(target, [long(1000, 0)]);
    const recorded = await recordGranules(target, [long(2000, 5_000)]);
    expect(recorded).toMatchObject({ written: ['long'], failed: [] });
    const keys = await keysOfFiles();
    expect(keys).toHaveLength(280);
    expect(keys[0]).toMatch(/^long\/5000-x/);
  }, 120_000);

  test('with more files than a transaction takes, killed after each request: recorded again, all is as it should be', async () => {
    const before = run('large', 1000, range(0, 120));
    const after = run('large', 2000, range(90, 200));
    const expected = after.files.map(({ key }) => key).sort();
    for (let allowed = 0; ; allowed += 1) {
      await deployment.empty('GranulesTable');
      await deployment.empty('FilesTable');
      await recordGranules(target, [before]);
      expect(await keysOfFiles()).toHaveLength(120);
      requestsLeft = allowed;
      const whole = await recordGranules({ ...target, client: disturbed }, [after]).then(
        ({ failed }) => failed.length === 0,
        () => false,
      );
      if (!whole) {
        // A reader never sees what is still to be done, and an event that lost does not stop it from being done.
        expect(await deployment.models().granules.get({ granuleId: 'large' })).not.toHaveProperty(PENDING_FILES);
        expect(await recordGranules(target, [before])).toMatchObject({ failed: [] });
        expect(await recordGranules(target, [after])).toMatchObject({ failed: [] });
      }
      expect(await keysOfFiles()).toEqual(expected);
      const [granule] = await deployment.items('GranulesTable');
      expect(granule).toMatchObject({ createdAt: 2000 });
      expect(granule).not.toHaveProperty(PENDING_FILES);
      if (whole) {
        expect(allowed).toBeGreaterThan(4);
        break;
      }
    }
  }, 120_000);

  test('a run that takes over from one that was killed removes the files of both', async () => {
    await recordGranules(target, [run('large', 1000, range(0, 150))]);
    // The granule is written, its files are not.
    requestsLeft = 2;
    await recordGranules({ ...target, client: disturbed }, [run('large', 2000, range(150, 300))]).catch(
      () => undefined,
    );
    await recordGranules(target, [run('large', 3000, [1000])]);
    expect(await keysOfFiles()).toEqual(['large/1000']);
  });
});
