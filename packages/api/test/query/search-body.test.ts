import { passes } from '@cumulus/models';
import { describe, expect, test } from '@jest/globals';
import { HTTPException } from 'hono/http-exception';
import { queryFields } from '../../src/lists/list-query.ts';
import { parseSearchBody } from '../../src/query/search-body.ts';

const GRANULES = [
  { granuleId: 'A.1', collectionId: 'A___1', status: 'completed', timestamp: 1_000, duration: 3, published: true },
  {
    granuleId: 'A.2',
    collectionId: 'A___1',
    status: 'failed',
    timestamp: 1_600_000_000_000,
    error: { Error: 'Full', Cause: 'the disk is full' },
  },
  {
    granuleId: 'a.3',
    collectionId: 'B___1',
    status: 'failed',
    timestamp: Date.parse('2030-01-31T10:00:00Z'),
    duration: 7,
  },
];

const parse = (body: object) => parseSearchBody(body as never, queryFields('granule', []), 'granuleId');

/** The ids of the granules that a query finds. */
const found = (query: unknown, more: object = {}): readonly string[] => {
  const { filters } = parse({ query, ...more });
  return GRANULES.filter((granule) => filters.every((filter) => passes(granule, filter))).map(
    ({ granuleId }) => granuleId,
  );
};

describe('a search as Elasticsearch takes it', () => {
  test.each([
    [{ match_all: {} }, ['A.1', 'A.2', 'a.3']],
    [{ match_none: {} }, []],
    [{ term: { status: 'failed' } }, ['A.2', 'a.3']],
    [{ term: { 'status.keyword': { value: 'failed', boost: 2 } } }, ['A.2', 'a.3']],
    [{ term: { published: true } }, ['A.1']],
    [{ terms: { granuleId: ['A.1', 'a.3'] } }, ['A.1', 'a.3']],
    [{ terms: { granuleId: [] } }, []],
    [{ ids: { values: ['A.2'] } }, ['A.2']],
    [{ match: { granuleId: 'A.1' } }, ['A.1']],
    [{ match: { granuleId: { query: 'A.1' } } }, ['A.1']],
    [{ match_phrase: { 'error.Cause': 'disk is' } }, ['A.2']],
    [{ match: { 'error.Cause': 'disk' } }, ['A.2']],
    [{ prefix: { granuleId: 'A.' } }, ['A.1', 'A.2']],
    [{ prefix: { granuleId: { value: 'a.' } } }, ['a.3']],
    [{ exists: { field: 'duration' } }, ['A.1', 'a.3']],
    [{ range: { duration: { gte: 3, lt: 7 } } }, ['A.1']],
    [{ range: { duration: { gt: 3, lte: '7' } } }, ['a.3']],
    [{ range: { timestamp: { gte: 1_600_000_000_000, format: 'epoch_millis' } } }, ['A.2', 'a.3']],
    [{ range: { timestamp: { lte: '2030-01-31', gte: '2030-01-31' } } }, ['a.3']],
    [{ constant_score: { filter: { term: { status: 'completed' } }, boost: 1 } }, ['A.1']],
    [{ query_string: { query: 'status:failed AND granuleId:A*', analyze_wildcard: true } }, ['A.2', 'a.3']],
    [{ bool: {} }, ['A.1', 'A.2', 'a.3']],
    [{ bool: { filter: { term: { status: 'failed' } }, must_not: [{ term: { collectionId: 'B___1' } }] } }, ['A.2']],
    [{ bool: { must: [{ term: { status: 'failed' } }], should: [{ term: { granuleId: 'A.2' } }] } }, ['A.2', 'a.3']],
    [
      {
        bool: {
          must: [{ term: { status: 'failed' } }],
          should: [{ term: { granuleId: 'A.2' } }],
          minimum_should_match: 1,
        },
      },
      ['A.2'],
    ],
    [{ bool: { should: [{ term: { granuleId: 'A.1' } }, { term: { granuleId: 'A.2' } }] } }, ['A.1', 'A.2']],
    [{ bool: { should: [{ term: { granuleId: 'A.1' } }], minimum_should_match: '0' } }, ['A.1', 'A.2', 'a.3']],
    // As the documentation of later releases has it.
    [
      {
        filter: [
          { bool: { filter: [{ bool: { should: [{ match: { status: 'failed' } }], minimum_should_match: 1 } }] } },
        ],
        should: [],
        must_not: [],
      },
      ['A.2', 'a.3'],
    ],
  ])('%j finds %j', (query, ids) => {
    expect(found(query)).toEqual(ids);
  });

  test('may have what changes only how Elasticsearch would answer it', () => {
    const shown = {
      version: true,
      size: 500,
      sort: [{ timestamp: 'desc' }],
      _source: { excludes: [] },
      aggs: {},
      from: 0,
    };
    expect(found({ match_all: {} }, shown)).toHaveLength(3);
    expect(parse({ query: { match_all: {} }, size: 500 }).size).toBe(500);
  });

  test.each([
    [{}, 'query of the query takes a clause'],
    [{ query: {} }, 'query of the query takes a clause'],
    [{ size: 10 }, 'query of the query takes'],
    [{ query: { match_all: {} }, size: 0 }, 'size of the query'],
    [{ query: { match_all: {} }, from: 10 }, 'from of the query is not supported'],
    [{ query: { match_all: {} }, min_score: 1 }, 'min_score of the query is not supported'],
    [{ query: { wildcard: { granuleId: 'A*' } } }, 'query.wildcard of the query is not supported'],
    [{ query: { bool: { filter: [{ script: {} }] } } }, 'query.bool.filter[0].script of the query is not supported'],
    [{ query: { bool: { must_nott: [] } } }, 'query.bool.must_nott of the query is not supported'],
    [{ query: { bool: { should: [{ match_all: {} }], minimum_should_match: '75%' } } }, 'minimum_should_match'],
    [{ query: { bool: { minimum_should_match: 1 } } }, 'minimum_should_match'],
    [{ query: { term: { status: 'failed', granuleId: 'A.1' } } }, 'query.term of the query takes one field'],
    [{ query: { term: { status: { value: 'failed', case_insensitive: true } } } }, 'case_insensitive'],
    [{ query: { term: { status: null } } }, 'query.term.status of the query takes a text'],
    [{ query: { term: { color: 'red' } } }, 'color'],
    [{ query: { terms: { granuleId: 'A.1' } } }, 'takes a list'],
    [{ query: { match: { 'error.Cause': 'disk full' } } }, 'takes one word'],
    [{ query: { match: { granuleId: { query: 'A', operator: 'and' } } } }, 'operator'],
    [{ query: { prefix: { granuleId: '' } } }, 'query.prefix.granuleId'],
    [{ query: { range: { timestamp: { gte: 'now-1d' } } } }, 'now-1d'],
    [{ query: { range: { timestamp: { gte: 1, time_zone: '+01:00' } } } }, 'time_zone'],
    [{ query: { range: { timestamp: { gte: 1, format: 'yyyy' } } } }, 'format'],
    [{ query: { range: { timestamp: {} } } }, 'takes gte, gt, lte or lt'],
    [{ query: { query_string: { query: 'a b', default_operator: 'AND' } } }, 'default_operator'],
    [{ query: { query_string: { query: 'a', fields: ['granuleId'] } } }, 'fields'],
    [{ query: { query_string: { query: ' ' } } }, 'takes a query'],
    [{ query: { a: {}, b: {} } }, 'takes a clause'],
    [{ query: [] }, 'takes a clause'],
  ])('%j is refused, by name', (body, said) => {
    expect(() => parse(body)).toThrow(HTTPException);
    expect(() => parse(body)).toThrow(said);
  });

  test('is refused where clauses are too deep in one another', () => {
    let query: object = { match_all: {} };
    for (let depth = 0; depth < 30; depth += 1) query = { bool: { filter: query } };
    expect(() => parse({ query })).toThrow(/more than 20 clauses/);
  });
});
