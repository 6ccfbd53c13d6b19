import { ownTables } from '@cumulus/test-kit/tables';
import { beforeAll, expect, test } from '@jest/globals';
import { cumulusApi } from '../cumulus-api.ts';

const tables = ownTables();

beforeAll(async () => {
  await tables.create([], ['granuleId'], 'GranulesTable');
});

test.each([
  [() => ['backup', '--table', tables.name('GranuleTable')], () => `Did you mean ${tables.name('GranulesTable')}?`],
  [() => ['backup', '--table', 'GranulesTable'], () => `Did you mean ${tables.name('GranulesTable')}?`],
  [
    () => ['copy', '--from', tables.name('GranulsTable'), '--to', 'T-1'],
    () => `Did you mean ${tables.name('GranulesTable')}?`,
  ],
  [() => ['backup', '--prefix', `${tables.prefix}x`], () => `Did you mean --prefix ${tables.prefix}?`],
  [() => ['tables', 'list', '--prefix', `${tables.prefix}x`], () => `Did you mean --prefix ${tables.prefix}?`],
  [() => ['users', 'list', '--prefix', `${tables.prefix}x`], () => `Did you mean --prefix ${tables.prefix}?`],
])('a table or prefix that does not exist, and one that is near: %#', async (argv, suggestion) => {
  const { code, stderr } = await cumulusApi(argv());
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`\n  ${suggestion()}\n`) });
});

test.each([
  [() => ['backup', '--table', 'quite-another']],
  [() => ['backup', '--prefix', 'quite-another']],
  // It has that table, but not the others.
  [() => ['backup', '--prefix', tables.prefix]],
  [() => ['tables', 'list', '--prefix', tables.prefix]],
])('nothing is named where none is near: %#', async (argv) => {
  const { code, stderr } = await cumulusApi(argv());
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.not.stringContaining('Did you mean') });
});
