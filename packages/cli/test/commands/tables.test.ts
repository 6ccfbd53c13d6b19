import { TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import { cumulusApi, cumulusApiJson } from '../cumulus-api.ts';
import { Scratch } from '../scratch.ts';

const scratch = new Scratch();

describe('cumulus-api tables', () => {
  test('create makes all tables of a prefix once, and says what the server could not take', async () => {
    const prefix = scratch.prefix();
    const create = ['tables', 'create', '--prefix', prefix, '--tag', 'Stage=test', '--point-in-time', 'GranulesTable'];
    const dry = await cumulusApi([...create, '--dry-run']);
    expect(dry.stdout).toContain(`${prefix}-GranulesTable: would be made\n`);
    expect((await cumulusApi(['tables', 'list', '--prefix', prefix])).code).toBe(1);
    const { code, stderr, results } = await cumulusApiJson(create);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(results).toMatchObject(
      [...TABLE_NAMES, 'RecordCountsTable'].map((name) => ({
        command: 'tables create',
        table: `${prefix}-${name}`,
        created: true,
      })),
    );
    const notTaken = (results as { table: string; notTaken: { setting: string }[] }[])
      .filter((table) => table.notTaken.some(({ setting }) => setting === 'point-in-time recovery'))
      .map(({ table }) => table);
    expect(notTaken).toEqual([`${prefix}-GranulesTable`]);
    const inWords = await cumulusApi(['tables', 'create', '--prefix', scratch.prefix(), '--tag', 'Stage=test']);
    const [tags = '', ...moreTags] = inWords.stdout.split('\n').filter((line) => line.includes('without tags'));
    expect(moreTags).toEqual([]);
    expect(tags.match(/-\w+Table/g)).toHaveLength(TABLE_NAMES.length + 1);
    const again = await cumulusApi(create);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain(`${prefix}-GranulesTable: was there, and left as it is\n`);
  });

  test('list and describe have each table, and fail naming those that are missing', async () => {
    const prefix = scratch.prefix();
    await scratch.table(prefix, 'GranulesTable');
    const listed = await cumulusApiJson(['tables', 'list', '--prefix', prefix]);
    expect(listed.code).toBe(1);
    expect(listed.stderr).toContain(`${prefix}-RulesTable`);
    expect(listed.stderr.match(/does not exist/g)).toHaveLength(1);
    expect(listed.results).toHaveLength(TABLE_NAMES.length);
    const described = await cumulusApi(['tables', 'describe', '--prefix', prefix]);
    expect(described.code).toBe(1);
    expect(described.stdout).toContain(
      'index collectionId-granuleId-index: collectionId (HASH, S), granuleId (RANGE, S)',
    );
    expect(described.stdout).toContain(`${prefix}-UsersTable: missing`);
  });
});
