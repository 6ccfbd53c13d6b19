import { createClient } from '@cumulus/dynamodb/aws';
import { TABLE_DEFINITIONS } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import { accessPaths } from '../../src/lists/access-path.ts';
import { DEFAULT_BUDGET } from '../../src/lists/budget.ts';
import { KnownIndexes } from '../../src/lists/known-indexes.ts';
import { PageStarts } from '../../src/lists/page-starts.ts';
import type { RecordFilter } from '../../src/lists/record-filter.ts';
import type { SortField } from '../../src/lists/record-order.ts';
import type { SearchedTable } from '../../src/lists/searched-table.ts';
import { executionType } from '../../src/schemas/execution.ts';
import { granuleType } from '../../src/schemas/granule.ts';
import { pdrType } from '../../src/schemas/pdr.ts';

const TYPES = { granules: granuleType, executions: executionType, pdrs: pdrType };

function searched(type: keyof typeof TYPES): SearchedTable {
  const { table, key, fields } = TYPES[type];
  return {
    ...{ client: createClient(), table, key, fields, statuses: ['running', 'completed', 'failed'] },
    indexes: TABLE_DEFINITIONS.find(({ name }) => name === table)?.indexes ?? [],
    known: new KnownIndexes(() => undefined),
    recordOf: async (item) => item,
    budget: DEFAULT_BUDGET,
    pageStarts: new PageStarts(),
    countMatching: async () => undefined,
    countInTime: async () => undefined,
    countLacking: async () => undefined,
  };
}

/** The first path of a search in words. */
function firstPath(type: keyof typeof TYPES, filters: readonly RecordFilter[], ...sort: readonly SortField[]): string {
  const [path] = accessPaths(searched(type), { filters, sort });
  if (path === undefined) return 'none';
  const stages = path.stages.map((stage) => (stage.kind === 'rest' ? 'rest' : stage.values.join('+')));
  const { isSorted, descending, undecided } = path;
  return [
    path.name,
    stages.join(' '),
    isSorted ? (descending ? 'desc' : 'asc') : 'unsorted',
    ...(undecided.length === 0 ? [] : [`${undecided.length} undecided`]),
  ].join(', ');
}

const is = (field: string, ...values: string[]): RecordFilter => ({ kind: 'is', field, values });
const asc = (field: string): SortField => ({ field, order: 'asc' });
const desc = (field: string): SortField => ({ field, order: 'desc' });
const ALL = 'running+completed+failed';

describe('the index that answers', () => {
  test.each<[string, keyof typeof TYPES, RecordFilter[], SortField[], string]>([
    ['everything', 'granules', [], [desc('timestamp')], `status-timestamp-index, ${ALL} rest, desc`],
    [
      'a status',
      'granules',
      [is('status', 'failed')],
      [desc('timestamp')],
      'status-timestamp-index, failed rest, desc',
    ],
    [
      'a collection and a status',
      'granules',
      [is('status', 'failed'), is('collectionId', 'a___1')],
      [desc('timestamp')],
      'collectionId-timestamp-index, a___1 rest, desc',
    ],
    ['durations', 'granules', [is('status', 'failed')], [desc('duration')], 'status-duration-index, failed rest, desc'],
    ['ids', 'granules', [is('status', 'failed')], [asc('granuleId')], 'status-granuleId-index, failed, asc'],
    [
      'ids of a collection',
      'granules',
      [is('collectionId', 'a___1')],
      [asc('granuleId')],
      'collectionId-granuleId-index, a___1, asc',
    ],
    ['a PDR', 'granules', [is('pdrName', 'p')], [desc('timestamp')], 'pdrName-timestamp-index, p rest, desc'],
    [
      'a PDR’s failed',
      'granules',
      [is('pdrName', 'p'), is('status', 'failed')],
      [desc('timestamp')],
      'pdrName-timestamp-index, p rest, desc',
    ],
    [
      'an execution',
      'granules',
      [is('execution', 'e')],
      [desc('timestamp')],
      'execution-timestamp-index, e rest, desc',
    ],
    [
      'a search box',
      'granules',
      [{ kind: 'prefix', field: 'granuleId', text: 'MOD' }],
      [desc('timestamp')],
      `status-granuleId-index, ${ALL} rest, unsorted`,
    ],
    ['statuses', 'granules', [], [asc('status')], 'status-timestamp-index, completed failed running rest, asc'],
    [
      'statuses, the newest first',
      'granules',
      [],
      [desc('status'), desc('timestamp')],
      'status-timestamp-index, running failed completed rest, desc',
    ],
    ['starts', 'executions', [], [desc('createdAt')], `status-createdAt-index, ${ALL} rest, desc`],
    [
      'a workflow',
      'executions',
      [is('type', 'Ingest')],
      [desc('timestamp')],
      'type-timestamp-index, Ingest rest, desc',
    ],
    ['a parent', 'executions', [is('parentArn', 'a')], [desc('timestamp')], 'parentArn-timestamp-index, a rest, desc'],
    [
      'an operation',
      'executions',
      [is('asyncOperationId', 'a')],
      [desc('createdAt')],
      'asyncOperationId-timestamp-index, a rest, unsorted',
    ],
    ['names', 'executions', [], [asc('name')], `status-name-index, ${ALL} rest, asc`],
    ['names of PDRs', 'pdrs', [is('status', 'failed')], [asc('pdrName')], 'status-pdrName-index, failed, asc'],
  ])('for %s', (_, type, filters, sort, expected) => {
    expect(firstPath(type, filters, ...sort)).toBe(expected);
  });

  test('has only what its range lets through, and nothing that lacks it', () => {
    const time: RecordFilter = { kind: 'range', field: 'timestamp', from: '5', below: '9' };
    const [path] = accessPaths(searched('granules'), { filters: [time], sort: [desc('timestamp')] });
    expect(path).toMatchObject({ range: { from: 5, to: 9 }, stages: [{}, { kind: 'rest' }], isExact: false });
    const [given] = accessPaths(searched('granules'), { filters: [time, is('status', 'failed')], sort: [] });
    expect(given?.stages).toEqual([{ kind: 'partitions', values: ['failed'] }]);
  });

  test('is none that the table lacks', () => {
    const table = searched('granules');
    const { indexes } = table;
    const left = accessPaths(
      { ...table, indexes: indexes.filter(({ name }) => name === '') },
      { filters: [], sort: [] },
    );
    expect(left.map(({ name }) => name)).toEqual(['table']);
  });
});
