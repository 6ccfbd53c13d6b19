import { describe, expect, test } from '@jest/globals';
import { levelsFrom } from '../../src/commands/logs/levels.ts';
import { logEventOf } from '../../src/logs/log-event.ts';
import { filterPatternOf, type LogFilter, matches } from '../../src/logs/log-query.ts';

function isFound(message: string, filter: LogFilter): boolean {
  return matches(logEventOf({ timestamp: 0, message }, 'group').event, message, filter);
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
    const pattern = filterPatternOf({ levels }) ?? '';
    const words = [...pattern.matchAll(/\?"([^"]+)"/g)].map(([, word = '']) => word);
    if (expected) expect(words.some((word) => message.includes(word))).toBe(true);
  });

  test('are none for what is no level', () => {
    expect(levelsFrom('loud')).toBeUndefined();
  });
});
