import { describe, expect, test } from '@jest/globals';
import { eventLine } from '../../../src/commands/logs/event-line.ts';
import { logEventOf } from '../../../src/logs/log-event.ts';

const PREFIX = '/aws/lambda/prod-';

/** The line of what a function logged. */
function lineOf(message: string): string {
  const timestamp = Date.UTC(2030, 0, 31, 12);
  return eventLine(logEventOf({ eventId: '1', timestamp, message }, `${PREFIX}Ingest`).event, [`${PREFIX}*`]);
}

describe('an event in one line', () => {
  test.each([
    [
      '{"level":"info","time":"x","message":"event recorded","sender":"s","version":"2","stackName":"prod","executions":"run-1","granules":"[\\"g-1\\"]","outcome":{"granules":{"written":1}}}',
      'INFO  Ingest event recorded executions=run-1 granules=["g-1"] outcome={"granules":{"written":1}}',
    ],
    [
      '{"level":"error","message":"event not recorded","error":{"name":"ThrottledError","message":"slow down","stack":"ThrottledError: slow down\\n at x"}}',
      'ERROR Ingest event not recorded error=ThrottledError: slow down',
    ],
    [
      '{"level":"error","message":"m","error":{"name":"A","message":"a","stack":"s","cause":{"name":"B","message":"b","stack":"s","cause":{"name":"C","message":"c"}}}}',
      'ERROR Ingest m error=A: a (caused by B: b (caused by C: c))',
    ],
    ['a \u2028 broken\r\n\tline', '      Ingest a   broken line'],
    // Cumulus's own logger.
    [
      '{"executions":"run-1","granules":null,"level":"warn","message":"Retrying","parentArn":null,"sender":"@cumulus/ingest","stackName":"prod","version":"18.5.0"}',
      'WARN  Ingest Retrying executions=run-1',
    ],
    ['{"level":30,"msg":"two words","user":"a b"}', '30    Ingest two words user="a b"'],
    ['START RequestId: 8a Version: $LATEST\n', '      Ingest START RequestId: 8a Version: $LATEST'],
    [
      'REPORT RequestId: 8a\tDuration: 3 ms\tBilled Duration: 3 ms\t\n',
      '      Ingest REPORT RequestId: 8a Duration: 3 ms Billed Duration: 3 ms',
    ],
    [
      '2030-01-31T12:00:00.000Z\t8a\tERROR\tInvoke Error\t{"errorType":"Error"}\n',
      'ERROR Ingest 2030-01-31T12:00:00.000Z 8a ERROR Invoke Error {"errorType":"Error"}',
    ],
    [
      '[WARNING]\t2030-01-31T12:00:00.000Z\t8a\tof Python',
      'WARNING Ingest [WARNING] 2030-01-31T12:00:00.000Z 8a of Python',
    ],
    [
      '2030-01-31T12:00:00Z 8a Task timed out after 3.00 seconds\n\n',
      'ERROR Ingest 2030-01-31T12:00:00Z 8a Task timed out after 3.00 seconds',
    ],
    ['{"_aws":{"Timestamp":1},"latency":5}', '      Ingest latency=5'],
    ['{no JSON', '      Ingest {no JSON'],
    ['several\nlines', '      Ingest several lines'],
  ])('of %s', (message, expected) => {
    expect(lineOf(message)).toBe(`2030-01-31T12:00:00.000Z ${expected}`);
  });
});
