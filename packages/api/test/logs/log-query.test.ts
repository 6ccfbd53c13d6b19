import { describe, expect, test } from '@jest/globals';
import { filterPatternOf } from '../../src/logs/filter-pattern.ts';
import { levelsFrom } from '../../src/logs/levels.ts';
import { logEventOf } from '../../src/logs/log-event.ts';
import { lineOf } from '../../src/logs/log-line.ts';
import { readLogParameters } from '../../src/logs/log-parameters.ts';
import { type LogFilter, matches } from '../../src/logs/log-query.ts';

function isFound(message: string, filter: LogFilter): boolean {
  return matches(logEventOf({ timestamp: 0, message }, 'group'), message, filter);
}

/** Whether CloudWatch returns an event for a pattern, by what AWS documents of patterns. */
function isReturned(message: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true;
  if (pattern.startsWith('%')) return new RegExp(pattern.slice(1, -1)).test(message);
  const terms = [...pattern.matchAll(/(\??)"([^"]+)"/g)];
  return terms.some(([, , term = '']) => message.includes(term));
}

describe('an execution', () => {
  test.each([
    ['{"executions":"run-1"}', true],
    ['started arn:aws:states:us-east-1:1:execution:machine:run-1', true],
    ['run-1', true],
    ['{"executions":"run-10"}', false],
    ['{"executions":"a-run-1"}', false],
    ['run-10 after run-1.', true],
    ['another', false],
  ])('is in %s: %s', (message, expected) => {
    expect(isFound(message, { executionName: 'run-1' })).toBe(expected);
  });
});

describe('levels', () => {
  test.each([
    ['{"level":"error"}', true],
    ['{"level":"ERROR"}', true],
    ['{"level":"Fatal"}', true],
    ['{"level":"CRITICAL"}', true],
    ['{"level":50}', true],
    ['{"level":"warn","message":"error"}', false],
    ['2030\t8a\tERROR\ttext', true],
    ['2030\t8a\tINFO\tERROR', false],
    ['RequestId: 8a Error: Runtime exited with error: signal: killed', true],
    ['2030 8a Task timed out after 3.00 seconds', true],
    ['START RequestId: 8a', false],
  ])('from error on are in %s: %s', (message, expected) => {
    const levels = levelsFrom('Error');
    expect(isFound(message, { levels })).toBe(expected);
    // CloudWatch is not to leave out what is wanted.
    if (expected) expect(isReturned(message, filterPatternOf({ levels }))).toBe(true);
  });

  test('are none for what is no level', () => {
    expect(levelsFrom('loud')).toBeUndefined();
  });

  test.each([
    ['{"level":"info"}', 30],
    ['{"level":"WARNING"}', 40],
    ['{"level":60}', 60],
    ['{"level":"20"}', 20],
    ['2030\t8a\tERROR\ttext', 50],
    ['START RequestId: 8a', 30],
    ['{"message":"none"}', undefined],
    ['{"level":"loud"}', 'loud'],
  ])('of %s are shown as 1.18 did: %s', (message, level) => {
    expect(lineOf(logEventOf({ timestamp: 0, message }, 'group'))['level']).toBe(level);
  });
});

describe('fields of a line', () => {
  const ID = '6f2c7b1e-1d1c-4f0e-8f1a-4b7c9a3f5d20';

  test.each([
    ['{"message":"m","a":1}', { message: 'm', a: 1 }],
    ['{"msg":"m"}', { message: 'm' }],
    // By Node.js on Lambda, of Cumulus's own logger; and by Python.
    [`2030-01-31T12:00:00.000Z\t${ID}\tINFO\t{"message":"m","a":1}\n`, { message: 'm', a: 1, RequestId: ID }],
    [`[INFO]\t2030-01-31T12:00:00.000Z\t${ID}\t{"message":"m"}\n`, { message: 'm', RequestId: ID }],
    ['a\tb\t{"not JSON', { message: 'a\tb\t{"not JSON' }],
    ['[1, 2]\n', { message: '[1, 2]' }],
    ['{"message":"m","logGroup":"forged"}', { message: 'm', logGroup: 'group' }],
  ])('%j', (message, fields) => {
    expect(logEventOf({ timestamp: 0, message }, 'group').event).toMatchObject(fields);
  });

  test('nested too deep to be walked through are text', () => {
    const deep = `{"a":${'["]",'.repeat(40_000)}1${']'.repeat(40_000)}}`;
    const found = logEventOf({ timestamp: 0, message: deep }, 'group');
    expect(found.isText).toBe(true);
    expect(isFound(deep, readLogParameters({ q: 'nothing' }))).toBe(false);
  });
});

const LINE = JSON.stringify({
  ...{
    level: 'error',
    message: 'Could not ingest MOD09GQ.A1 from "there"',
    executions: 'run-1',
    granuleId: 'MOD09GQ.A1',
  },
  ...{ meta: { provider: 's3_provider', pdrName: 'a.PDR' }, tries: 3, error: { name: 'Timeout' }, empty: null },
});

describe('parameters', () => {
  test.each([
    ['granuleId', 'MOD09GQ.A1', true],
    ['granuleId', 'MOD09GQ', false],
    ['granuleId.keyword', 'MOD09GQ.A1', true],
    ['granuleId__exists', 'true', true],
    ['granuleId__exists', 'false', false],
    ['empty__exists', 'true', false],
    ['pdrName__exists', 'true', false],
    ['meta.provider', 's3_provider', true],
    ['meta.pdrName', 'b.PDR', false],
    ['meta.pdrName__in', 'b.PDR, a.PDR', true],
    ['meta.pdrName__not', 'b.PDR,a.PDR', false],
    ['tries', '3', true],
    ['tries__from', '4', false],
    ['tries__to', '10', true],
    ['error.name', 'Timeout', true],
    ['level', '[10 TO 60]', true],
    ['level', '[10 TO 40]', false],
    ['level', '[warn TO *]', true],
    ['level', '50', true],
    ['level', 'Error', true],
    ['level', 'warn', false],
    ['level__in', 'warn,error', true],
    ['level__not', 'fatal', true],
    ['level__from', 'fatal', false],
    ['infix', 'INGEST mod09gq', true],
    ['prefix', 'could', true],
    ['prefix', 'ingest', false],
    ['q', 'mod09gq', true],
    ['q', '"MOD09GQ" AND level:[10 TO 60]', true],
    ['q', '"MOD09GQ" AND (ingest) AND level:[10 TO 40]', false],
    ['q', '"MOD09GQ" AND level:Error AND @timestamp:[1970-01-01T00:00:00Z TO 1970-01-01T00:00:00Z]', true],
    ['q', '@timestamp:[1970-01-01T00:00:01Z TO 1970-01-02T00:00:00Z]', false],
    ['q', 'executions.keyword:run-1 AND _exists_:granuleId', true],
    ['q', 'NOT level:error', false],
    ['q', 'message:ingest', true],
    ['q', 'run-2 OR "from \\"there\\""', true],
    // What the API adds is not what was logged.
    ['q', 'group', false],
    ['q', '50', false],
    ['logGroup', 'group', true],
    ['timestamp__from', '1970-01-01', true],
    ['timestamp__from', '1', false],
    ['timestamp', '0', true],
    ['timestamp', '1970-01-01', true],
    ['timestamp__to', '8640000000000000', true],
    ['skip', '5', true],
  ])('%s=%s finds the line: %s', (name, value, expected) => {
    const filter = readLogParameters({ [name]: value });
    expect(isFound(LINE, filter)).toBe(expected);
    // CloudWatch is not to leave out what is wanted.
    if (expected) expect(isReturned(LINE, filterPatternOf(filter))).toBe(true);
  });

  test.each([
    ['level', 'loud'],
    ['level', '[10 TO'],
    ['level__in', 'info,loud'],
    ['level__exists', 'maybe'],
    ['granuleId__like', 'x'],
    ['__in', 'x'],
    ['', 'x'],
    ['timestamp__from', 'yesterday'],
    ['timestamp__to', '-1'],
    ['timestamp__to', '2030-02-31'],
    ['q', 'level:loud'],
    ['q', '@timestamp:[now-1d TO now]'],
    ['q', '"no end'],
    ['q', 'AND'],
    ['q', '_missing_:granuleId'],
  ])('%s=%s is refused', (name, value) => {
    expect(() => readLogParameters({ [name]: value })).toThrow(name.replace(/^@/, ''));
  });

  test('say from when to when to look, also in a query', () => {
    const q = 'a AND @timestamp:[2030-01-01T00:00:00Z TO 2030-01-03T00:00:00Z]';
    expect(readLogParameters({ q, timestamp__from: '2030-01-02' })).toMatchObject({
      from: Date.UTC(2030, 0, 2),
      to: Date.UTC(2030, 0, 3),
    });
    expect(readLogParameters({ q: `b OR @timestamp:[2030-01-01T00:00:00Z TO *]` })).toMatchObject({
      from: undefined,
      to: undefined,
    });
  });
});

describe('patterns for CloudWatch', () => {
  test.each([
    [{ 'meta.provider': 's3_provider' }, '"s3_provider"'],
    [{ granuleId__exists: 'true', level: '[10 TO 60]' }, '"granuleId"'],
    [{ q: 'MOD09.v1' }, '%[Mm][Oo][Dd]09\\.[Vv]1%'],
    [{ q: '"two words"' }, '%[Tt][Ww][Oo].[Ww][Oo][Rr][Dd][Ss]%'],
    // JSON can spell these in several ways.
    [{ q: '"a/b \\"quoted text\\""' }, '%[Qq][Uu][Oo][Tt][Ee][Dd].[Tt][Ee][Xx][Tt]%'],
    [{ q: '"é/ü"' }, undefined],
    [{ tries: '3' }, undefined],
    [{ q: 'a1b OR c2d' }, undefined],
    [{ level: 'info' }, undefined],
    [{ level: '60' }, '?"fatal" ?"FATAL" ?"Fatal" ?"critical" ?"CRITICAL" ?"Critical" ?"60"'],
  ])('%j: %s', (parameters, pattern) => {
    expect(filterPatternOf(readLogParameters(parameters as Record<string, string>))).toBe(pattern);
  });

  test('are never longer than CloudWatch takes', () => {
    const q = 'long'.repeat(240);
    expect(filterPatternOf(readLogParameters({ q }))?.length).toBeLessThanOrEqual(1_024);
    expect(filterPatternOf(readLogParameters({ granuleId: 'x'.repeat(1_100), q }))?.length).toBeLessThanOrEqual(1_024);
  });
});
