import { SearchTooBroadError } from '@cumulus/models';
import { expect, test } from '@jest/globals';
import { errorAnswer } from '../../src/http/error-answer.ts';

test('what kept counts would answer says by which commands they are kept', () => {
  const tooBroad = (needsCounts: boolean) =>
    errorAnswer(new SearchTooBroadError(100_000, 'entries of an index', 'Add a filter.', needsCounts));
  expect(tooBroad(true)).toEqual({
    statusCode: 400,
    error: 'Bad Request',
    message: expect.stringMatching(/100,000 entries of an index[\s\S]*Add a filter\.[\s\S]*cumulus-api counts recount/),
  });
  expect(tooBroad(false).message).not.toContain('cumulus-api');
});
