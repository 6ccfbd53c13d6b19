import { describe, expect, test } from '@jest/globals';
import { HTTPException } from 'hono/http-exception';
import { type ListedRecords, type ListQuery, parametersOf, readListQuery } from '../../src/lists/list-query.ts';

const GRANULES: ListedRecords = { recordType: 'granule', nameField: 'granuleId' };
const COLLECTIONS: ListedRecords = { recordType: 'collection', nameField: 'name', maxOnPage: 50, maxOfAll: 10_000 };
const PROVIDERS: ListedRecords = { recordType: 'provider', nameField: 'id', hidden: ['username', 'password'] };
const PDRS: ListedRecords = { recordType: 'pdr', nameField: 'pdrName', columns: { failed: 'stats.failed' } };

function read(query: string, listed = GRANULES): ListQuery {
  return readListQuery(parametersOf(`http://api/list?${query}`), listed);
}

const sortOf = (query: string, listed?: ListedRecords) => read(query, listed).search.sort;
const filtersOf = (query: string, listed?: ListedRecords) => read(query, listed).search.filters;
const ascending = (field: string) => ({ field, order: 'asc' });
const descending = (field: string) => ({ field, order: 'desc' });

describe('a list’s parameters', () => {
  test('sort by several fields, as each client says it', () => {
    expect(sortOf('')).toEqual([descending('timestamp')]);
    expect(sortOf('order=asc')).toEqual([ascending('timestamp')]);
    expect(sortOf('sort_by=&order=')).toEqual([descending('timestamp')]);
    expect(sortOf('sort_by=duration')).toEqual([descending('duration')]);
    expect(sortOf('sort_by=duration&order=ASC')).toEqual([ascending('duration')]);
    expect(sortOf('sort_key[]=-duration&sort_key[]=%2BcreatedAt&sort_key[]=+status&sort_key[]=granuleId')).toEqual([
      descending('duration'),
      ascending('createdAt'),
      ascending('status'),
      ascending('granuleId'),
    ]);
    expect(sortOf('sort_key%5B0%5D=-duration&sort_key=status')).toEqual([descending('duration'), ascending('status')]);
    expect(sortOf('sort_by=status&sort_key[]=-status,-duration')).toEqual([
      descending('status'),
      descending('duration'),
    ]);
    expect(sortOf('sort_key[]=')).toEqual([descending('timestamp')]);
    expect(sortOf('sort_by=error.Error.keyword')).toEqual([descending('error.Error')]);
    expect(sortOf('sort_key[]=-failed', PDRS)).toEqual([descending('stats.failed')]);
  });

  test('sort also by what no record has, which dashboards really send', () => {
    for (const field of ['0', 'undefined', 'aws link', 'collectionName', '__proto__', 'constructor']) {
      expect(sortOf(`sort_by=${field}`)).toEqual([descending(field)]);
      expect(sortOf(`sort_key[]=-${field}`, COLLECTIONS)).toEqual([descending(field)]);
    }
    expect(() => sortOf('sort_by=password', PROVIDERS)).toThrow('sort_by names "password", which no answer shows');
    expect(() => sortOf('sort_key[]=password.a', PROVIDERS)).toThrow(HTTPException);
  });

  test('compare times by ISO 8601 or in milliseconds', () => {
    const day = Date.UTC(2026, 0, 2);
    const range = (from: unknown, to: unknown) => [{ kind: 'range', field: 'timestamp', from, to }];
    for (const from of [
      `${day}`,
      '2026-01-02',
      '2026-01-02T00:00:00Z',
      '2026-01-02T01:00:00%2B01:00',
      '2026-01-02T00:00:00+00:00',
    ])
      expect(filtersOf(`timestamp__from=${from}`)).toEqual(range(`${day}`, undefined));
    expect(filtersOf('timestamp__to=2026-01-02')).toEqual(range(undefined, `${day + 86_399_999}`));
    expect(filtersOf('timestamp__to=2026-01-02T00:00:00Z', COLLECTIONS)).toEqual(range(undefined, `${day}`));
    expect(filtersOf('createdAt=2026-01-02')).toEqual([
      { kind: 'range', field: 'createdAt', from: `${day}`, to: `${day + 86_399_999}` },
    ]);
    expect(filtersOf('q=updatedAt:[2026-01-02 TO *]')).toEqual([{ kind: 'range', field: 'updatedAt', from: `${day}` }]);
    expect(filtersOf('q=updatedAt:2026-01-02')).toEqual([
      { kind: 'range', field: 'updatedAt', from: `${day}`, to: `${day + 86_399_999}` },
    ]);
    for (const wrong of ['yesterday', '', '2026-13-01', '2026-01-02T25:00:00Z', 'NaN', '1e400', '-5'])
      expect(() => filtersOf(`timestamp__from=${wrong}`)).toThrow('The parameter timestamp__from takes a time');
  });

  test('take a year or a month as Elasticsearch did, and not for a second of 1970', () => {
    const span = (query: string) => {
      const [filter] = filtersOf(query) as readonly { readonly from?: string; readonly to?: string }[];
      const text = (time: string | undefined) => (time === undefined ? time : new Date(Number(time)).toISOString());
      return [text(filter?.from), text(filter?.to)];
    };
    const leapYear = ['2024-01-01T00:00:00.000Z', '2024-12-31T23:59:59.999Z'];
    const february = ['2024-02-01T00:00:00.000Z', '2024-02-29T23:59:59.999Z'];
    expect(span('q=createdAt:[2024 TO 2024]')).toEqual(leapYear);
    expect(span('q=createdAt:2024')).toEqual(leapYear);
    expect(span('timestamp__from=2024&timestamp__to=2024')).toEqual(leapYear);
    expect(span('timestamp__from=2024-02&timestamp__to=2024-02')).toEqual(february);
    expect(span('updatedAt=2024-02')).toEqual(february);
    expect(span('timestamp__from=2023-12-31&timestamp__to=2023-12-31')).toEqual([
      '2023-12-31T00:00:00.000Z',
      '2023-12-31T23:59:59.999Z',
    ]);
    expect(() => filtersOf('timestamp__from=2024-13')).toThrow('The parameter timestamp__from takes a time');
    expect(filtersOf('createdAt=1005')).toEqual([{ kind: 'is', field: 'createdAt', values: ['1005'] }]);
  });

  test('take lists of values, with blanks after their commas', () => {
    const is = (kind: string, ...values: string[]) => [{ kind, field: 'status', values }];
    expect(filtersOf('status__in=failed, running,%20completed')).toEqual(is('is', 'failed', 'running', 'completed'));
    expect(filtersOf('status__not=failed,running')).toEqual(is('not', 'failed', 'running'));
    expect(filtersOf('status.keyword=failed')).toEqual(is('is', 'failed'));
    expect(filtersOf('error.Error.keyword__exists=false')).toEqual([
      { kind: 'exists', field: 'error.Error', exists: false },
    ]);
  });

  test('show fields that are given with commas or several times', () => {
    expect(read('fields=granuleId, status&fields=files.key&fields[]=error').fields).toEqual([
      'granuleId',
      'status',
      'files.key',
      'error',
    ]);
    expect(read('fields=').fields).toBeUndefined();
  });

  test('limit a page, and show all of what is small', () => {
    expect(read('').search.limit).toBe(10);
    expect(read('limit=').search.limit).toBe(10);
    expect(read('limit=5000').search.limit).toBe(100);
    expect(read('limit=null').search.limit).toBe(100);
    expect(read('limit=5000', COLLECTIONS).search.limit).toBe(50);
    expect(read('limit=null', COLLECTIONS).search.limit).toBe(10_000);
    expect(read('page=').search.page).toBeUndefined();
  });

  test('of later clients are honoured, or ignored where they change nothing', () => {
    const plain = read('');
    for (const query of [
      'estimateTableRowCount=true',
      'getMMT=false',
      'includeStats=true',
      'archived=false',
      'q=',
      'prefix=',
    ])
      expect(read(query)).toEqual(plain);
    expect(read('includeStats=false', COLLECTIONS).includeStats).toBe(false);
    // No record in these tables is archived.
    expect(filtersOf('archived=true')).toEqual([{ kind: 'is', field: 'granuleId', values: [] }]);
    expect(() => read('archived=maybe')).toThrow('The parameter archived takes true or false');
  });

  test('are ignored where clients send them to one list, and refused elsewhere', () => {
    expect(filtersOf('limit=100&fields=collectionName&providers=s3_provider', COLLECTIONS)).toEqual([]);
    expect(() => filtersOf('providers=s3_provider')).toThrow(
      'The parameter providers names "providers", which is no field',
    );
  });

  test('q is a query of fields that the records have', () => {
    expect(filtersOf('q=_exists_:error AND status:failed')).toEqual([
      { kind: 'exists', field: 'error', exists: true },
      { kind: 'is', field: 'status', values: ['failed'] },
    ]);
    expect(filtersOf('q=error.Error.keyword:Timeout')).toEqual([
      { kind: 'word', field: 'error.Error', text: 'Timeout' },
    ]);
    expect(filtersOf('q=%2Bpublished:true duration:>2')).toEqual([
      { kind: 'is', field: 'published', values: ['true'] },
    ]);
    for (const number of ['0x10', '1e999', 'Infinity', '1_0', '', '.', '+'])
      expect(() => filtersOf(`duration__from=${encodeURIComponent(number)}`)).toThrow('takes a number');
    expect(filtersOf('duration__in=-1,.5,2.,1e3')).toEqual([
      { kind: 'is', field: 'duration', values: ['-1', '.5', '2.', '1e3'] },
    ]);
    expect(() => filtersOf('q=duration:long')).toThrow('The parameter q takes a number, not "long"');
    expect(() => filtersOf('q=published:yes')).toThrow('The parameter q takes true or false, not "yes"');
    expect(() => filtersOf('q=password:x', PROVIDERS)).toThrow('names "password"');
    expect(() => filtersOf('q=_exists_:username', PROVIDERS)).toThrow('names "username"');
    expect(filtersOf('q=secret', PROVIDERS)).toEqual([
      { kind: 'text', text: 'secret', except: ['username', 'password'] },
    ]);
  });

  test.each([
    ['limit=-1', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=nil', 'limit'],
    ['page=0', 'page'],
    ['page=1.5', 'page'],
    ['page=99999999999999999999', 'page'],
    ['page=1&cursor=x', 'cursor'],
    ['order=up', 'order'],
    ['status=a&status=b', 'status'],
    ['status[]=a', 'status[]'],
    ['status[a][b]=c', 'status[a][b]'],
    ['status__in[]=a', 'status__in[]'],
    ['sort_key[a]=x', 'sort_key[a]'],
    ['sort_key[][]=x', 'sort_key[][]'],
    ['fields[a]=x', 'fields[a]'],
    ['__proto__=x', '__proto__'],
    ['__proto__[a]=x', '__proto__[a]'],
    ['constructor.prototype=x', 'constructor.prototype'],
    ['__in=x', '__in'],
    ['__from=1', '__from'],
    ['=x', ''],
    ['status__gt=x', 'status__gt'],
    ['%FF=x', '�'],
    ['%=x', '%'],
    ['ßtatus=x', 'ßtatus'],
    ['username=x', 'username'],
  ])('%s is refused by name', (query, parameter) => {
    expect(() => read(query)).toThrow(HTTPException);
    expect(() => read(query)).toThrow(`The parameter ${parameter} `);
  });
});
