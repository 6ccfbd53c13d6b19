import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createRequestLog } from '../../src/logging/request-log.ts';
import { type Line, linesOf } from './lines.ts';

const page = (path: string): string => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8');
const FIELDS = page('reference/log-fields.md');

const SUBJECT = { requestId: 'r', executions: 'run', granules: '["g"]' };
const ERROR = new Error('outer', { cause: new Error('inner') });

/** Lines of each kind that is written, by message. */
const LINES = linesOf((log) => {
  const requestLog = createRequestLog(log);
  requestLog.request({
    requestId: 'r',
    method: 'GET',
    route: '/',
    status: 500,
    latency: 1,
    userName: 'u',
    error: ERROR,
  });
  requestLog.brokenOff('r', ERROR);
  const granules = { written: 1, superseded: 0 };
  const outcome = { execution: 'written', granules, pdr: 'written' };
  log.info('event recorded', { ...SUBJECT, executionArn: 'arn', status: 'completed', outcome });
  log.error('granule not recorded', { ...SUBJECT, error: ERROR });
  log.error('event not recorded', { ...SUBJECT, executionArn: 'arn', error: ERROR });
  log.warn('event kept', { ...SUBJECT, kept: 's3://bucket/key', reason: 'why' });
});

/** What Insights finds in each event, and in Lambda's lines of type REPORT. */
const OF_INSIGHTS = ['@timestamp', '@message', '@log', '@type', '@duration', '@maxMemoryUsed'];

/** Words of its language. */
const WORDS = new Set([
  ...['fields', 'filter', 'stats', 'sort', 'limit', 'by', 'as', 'and', 'or', 'in', 'like', 'asc', 'desc'],
  ...['count', 'latest', 'avg', 'max', 'sum', 'pct', 'bin', 'ispresent'],
]);

/** The names of fields, those within others by dots, as Insights finds them. */
function namesIn(value: unknown, prefix = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [prefix];
  return Object.entries(value).flatMap(([name, inner]) => namesIn(inner, prefix === '' ? name : `${prefix}.${name}`));
}

function fieldsOf(query: string): readonly string[] {
  const bare = query.replace(/"[^"]*"/g, '').replace(/\/(?:\\.|[^/\\])+\//g, '');
  const given = new Set([...bare.matchAll(/\bas (\w+)/g)].map(([, name = '']) => name));
  return [...bare.matchAll(/@?\b[A-Za-z_][\w.]*/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS.has(name) && !given.has(name));
}

const QUERIES = [...page('how-to/query-logs.md').matchAll(/```insights\n([\s\S]*?)```/g)].map(
  ([, query = '']) => query,
);

describe('docs/how-to/query-logs.md', () => {
  test.each(QUERIES.map((query) => [query]))('asks for fields that lines have:\n%s', (query) => {
    const known = new Set([...OF_INSIGHTS, ...LINES.flatMap((line) => namesIn(line))]);
    const fields = fieldsOf(query);
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((name) => !known.has(name))).toEqual([]);
  });

  test('asks for messages that are written', () => {
    const asked = QUERIES.flatMap((query) => [...query.matchAll(/\bmessage = "([^"]+)"/g)].map(([, name]) => name));
    expect(asked.length).toBeGreaterThanOrEqual(5);
    for (const message of asked) expect(LINES.map((line) => line['message'])).toContain(message);
  });
});

describe('docs/reference/log-fields.md', () => {
  test('names each field of each line', () => {
    const named = new Set([...FIELDS.matchAll(/`([A-Za-z]+)`/g)].map(([, name]) => name));
    const fields = new Set(LINES.flatMap((line) => Object.keys(line)));
    expect([...fields].filter((name) => !named.has(name))).toEqual([]);
  });

  test('shows a line as it is written', () => {
    const [, example = ''] = /```json\n(\{\s*"level"[^`]*\})\n```/.exec(FIELDS) ?? [];
    const shown = JSON.parse(example) as Line;
    const { level, time, message, sender, version, stackName, error, ...fields } = shown;
    const [line = {}] = linesOf((log) => log.error(String(message), { ...fields, error: new Error('e') }));
    expect(Object.keys(shown)).toEqual(Object.keys(line));
    expect(Object.keys(error as object)).toEqual(Object.keys(line['error'] as object));
  });
});
