import { afterEach, describe, expect, test } from '@jest/globals';
import { createLog } from '../../src/logging/create-log.ts';
import { type Log, type LogLevel, withFields } from '../../src/logging/log.ts';
import { createRequestLog } from '../../src/logging/request-log.ts';
import { VERSION } from '../../src/version.ts';
import { type Line, linesOf, outputOf, SOURCE } from './lines.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** The one line that a work logs. */
function lineOf(work: (log: Log) => void): Line {
  const lines = linesOf(work);
  expect(lines).toHaveLength(1);
  const [line = {}] = lines;
  expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return line;
}

const levelsOf = (lines: readonly Line[]) => lines.map(({ level }) => level);

function logAll(log: Log): void {
  for (const level of LEVELS) log[level](level);
}

afterEach(() => {
  delete process.env['LOG_LEVEL'];
  delete process.env['POWERTOOLS_LOG_LEVEL'];
  delete process.env['AWS_LAMBDA_LOG_LEVEL'];
});

describe('a line of the log', () => {
  test('with who, where and what', () => {
    const line = lineOf((log) =>
      log.info('event recorded', {
        requestId: 'r-1',
        executions: 'run-1',
        granules: '["g-1"]',
        outcome: { granules: { written: 1, superseded: 0 } },
      }),
    );
    // Also in this order, for whoever reads the lines as they are.
    expect(Object.keys(line)).toEqual([
      ...['level', 'time', 'message', 'sender', 'version', 'stackName'],
      ...['requestId', 'executions', 'granules', 'outcome'],
    ]);
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String),
      message: 'event recorded',
      sender: 'tests',
      version: VERSION,
      stackName: 'prod',
      requestId: 'r-1',
      executions: 'run-1',
      granules: '["g-1"]',
      outcome: { granules: { written: 1, superseded: 0 } },
    });
  });

  test.each(LEVELS)('of the level %s', (level) => {
    process.env['LOG_LEVEL'] = 'debug';
    expect(lineOf((log) => log[level]('said'))).toMatchObject({ level, message: 'said' });
  });

  test('without fields that are empty, and without another for what each line has', () => {
    const fields = { requestId: undefined, executions: '', userName: null, level: 'none', time: 'never', service: 's' };
    expect(Object.keys(lineOf((log) => log.warn('said', { ...fields, message: 'other', stackName: 'other' })))).toEqual(
      [...['level', 'time', 'message', 'sender', 'version', 'stackName']],
    );
  });

  test('with the fields that all lines of an invocation have', () => {
    const line = lineOf((log) =>
      withFields(log, { requestId: 'r-1', executions: 'a' }).info('said', { executions: 'b' }),
    );
    expect(line).toMatchObject({ requestId: 'r-1', executions: 'b' });
  });
});

describe('an error in a line', () => {
  test('has its name, message and stack, and the errors behind it', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner', { cause: 'a text' }) });
    expect(lineOf((log) => log.error('failed', { error }))).toMatchObject({
      error: {
        name: 'TypeError',
        message: 'outer',
        stack: expect.stringMatching(/^TypeError: outer\n\s+at /),
        cause: { name: 'RangeError', message: 'inner', cause: { name: 'string', message: 'a text' } },
      },
    });
  });

  test('has nothing else of it: requests and credentials may be there', () => {
    const error = Object.assign(new Error('refused'), { config: { headers: { authorization: 'Bearer s3cret' } } });
    const line = lineOf((log) => log.error('failed', { error }));
    expect(Object.keys(line['error'] as object)).toEqual(['name', 'message', 'stack']);
    expect(JSON.stringify(line)).not.toContain('s3cret');
  });

  test('ends although it leads back to itself, and may be no error', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(lineOf((log) => log.error('failed', { error })))).toContain('round');
    expect(lineOf((log) => log.error('failed', { error: { token: 's3cret' } }))).toMatchObject({
      error: { name: 'object', message: 'an object that is no error' },
    });
    expect(lineOf((log) => log.error('failed', { error: 7 }))).toMatchObject({
      error: { name: 'number', message: '7' },
    });
  });
});

describe('what is written', () => {
  test.each([
    [{}, ['info', 'warn', 'error']],
    [{ LOG_LEVEL: 'debug' }, ['debug', 'info', 'warn', 'error']],
    [{ LOG_LEVEL: 'WARN' }, ['warn', 'error']],
    [{ LOG_LEVEL: 'debug', POWERTOOLS_LOG_LEVEL: 'Error' }, ['error']],
    [{ LOG_LEVEL: 'silent' }, []],
    [{ LOG_LEVEL: 'CRITICAL' }, []],
    [{ LOG_LEVEL: '' }, ['info', 'warn', 'error']],
    [{ LOG_LEVEL: 'loud' }, ['info', 'warn', 'error']],
    [{ LOG_LEVEL: 'constructor' }, ['info', 'warn', 'error']],
  ])('by %j', (environment, expected) => {
    Object.assign(process.env, environment);
    expect(levelsOf(linesOf(logAll))).toEqual(expected);
  });

  test("by the level of the function's own logging configuration, where it has one", () => {
    Object.assign(process.env, { LOG_LEVEL: 'debug', AWS_LAMBDA_LOG_LEVEL: 'ERROR' });
    const lines = linesOf(logAll);
    expect(lines.filter(({ sender }) => sender === SOURCE.sender).map(({ level }) => level)).toEqual(['error']);
  });

  test('to standard output by default, a line each', () => {
    const output = outputOf(() => logAll(createLog(SOURCE)));
    expect(output).toMatch(/^(\{.*\}\n){3}$/);
    expect(
      levelsOf(
        output
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ),
    ).toEqual(['info', 'warn', 'error']);
  });
});

describe('the request log of an API', () => {
  const request = { requestId: 'r-1', method: 'GET', route: '/granules/:granuleId', status: 200, latency: 12.5 };

  test('is a line of the log for each request, and a metric where one is made', () => {
    const measured: unknown[] = [];
    const line = lineOf((log) =>
      createRequestLog(log, (made) => void measured.push(made)).request({ ...request, userName: 'u' }),
    );
    expect(line).toMatchObject({ level: 'info', message: 'request', ...request, userName: 'u' });
    expect(measured).toEqual([{ ...request, userName: 'u' }]);
  });

  test.each([
    [200, 'info'],
    [404, 'info'],
    [500, 'error'],
    [501, 'info'],
    [503, 'error'],
  ])('logs a %d as %s', (status, level) => {
    expect(lineOf((log) => createRequestLog(log).request({ ...request, status }))).toMatchObject({ level, status });
  });

  test('reports what went wrong inside, and which answer was broken off', () => {
    const error = new Error('inside');
    expect(lineOf((log) => createRequestLog(log).request({ ...request, status: 500, error }))).toMatchObject({
      error: { name: 'Error', message: 'inside' },
    });
    expect(lineOf((log) => createRequestLog(log).brokenOff('r-2', error))).toMatchObject({
      ...{ level: 'error', message: 'answer broken off', requestId: 'r-2', error: { message: 'inside' } },
    });
  });
});
