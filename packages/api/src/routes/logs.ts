import { bad } from '../http/bad-parameter.ts';
import { addRoute, pathParameter, type RequestContext, type Route } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { listsAmong, type Parameters, parametersOf } from '../lists/list-query.ts';
import { pick } from '../lists/pick.ts';
import { type SortParameters, sortOf } from '../lists/sort.ts';
import { findExecutionTime } from '../logs/execution-time.ts';
import { type LogPageQuery, readLogPage } from '../logs/log-page.ts';
import { readLogParameters } from '../logs/log-parameters.ts';
import { filtersParameter } from '../openapi/filters-parameter.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answers, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

const DEFAULT_LIMIT = 100;

/** The most events on a page, and up to the end of a page: those before it are read too. */
const MAX_ON_PAGE = 1_000;
const MAX_EVENTS = 10_000;

const META = {
  name: TEXT,
  stack: TEXT,
  table: TEXT,
  limit: WHOLE,
  page: WHOLE,
  count: {
    ...WHOLE,
    description: 'The number found so far. It is more than the pages up to this one hold if there are more pages.',
  },
  next: { ...TEXT, description: 'The cursor of the next page; absent on the last page.' },
  searchedFrom: {
    ...WHOLE,
    description:
      'Present if not all of the time was searched: the first time of what was, in milliseconds since 1970. `next` goes on.',
  },
  searchedTo: { ...WHOLE, description: 'For logs: the end of the searched time, if the order is oldest first.' },
  unsearchedGroups: { ...WHOLE, description: 'The number of log groups that were left out, if there are too many.' },
};

export const addLogRoutes: AddRoutes = (api, { settings: { stackName }, logs, models }) => {
  const whole = { type: 'integer', minimum: 1 };
  const route: Omit<Route, 'path' | 'summary'> = {
    method: 'get',
    description:
      'Reads CloudWatch Logs: the log groups of the deployment’s functions, `/aws/lambda/<stack>-*`, and of its tasks, `<stack>-*EcsLogs`, ' +
      'or those that LOG_GROUPS names. Without a time, it reads the last 48 hours. A level is a number: ' +
      'trace 10, debug 20, info 30, warn 40, error 50, fatal 60.',
    parameters: [
      queryParameter('limit', `Events on a page, at most ${MAX_ON_PAGE}.`, { ...whole, default: DEFAULT_LIMIT }),
      queryParameter('page', 'The page, from 1 on.', { ...whole, default: 1 }),
      queryParameter('cursor', 'Instead of `page`: `meta.next` of the previous page. No line is repeated or skipped.'),
      queryParameter('sort_by', 'The field to sort by. Only `timestamp` is supported.', {
        type: 'string',
        enum: ['timestamp'],
      }),
      queryParameter('order', 'The oldest or the newest first.', {
        type: 'string',
        enum: ['asc', 'desc'],
        default: 'desc',
      }),
      queryParameter('fields', 'The fields to show, separated by commas; by default all.'),
      queryParameter('level', 'A number, a name, or a range: `[10 TO 60]`.'),
      queryParameter(
        'q',
        'Texts that are anywhere in the event, `field:value`, AND, OR, NOT, `_exists_:field`, `level:[10 TO 60]`.',
      ),
      queryParameter('timestamp__from', 'The first time, as ISO 8601 or in milliseconds since 1970.'),
      queryParameter('timestamp__to', 'The last time, in the same form.'),
      filtersParameter(
        'Any field of the event: FIELD=value, FIELD__in=a,b, FIELD__not=a,b, FIELD__exists=true|false, FIELD__from and ' +
          'FIELD__to, both inclusive.',
      ),
    ],
    responses: answers(
      'Log events, the newest first',
      objectOf({
        meta: objectOf(META, ['page', 'count', 'next', 'searchedFrom', 'searchedTo', 'unsearchedGroups']),
        results: {
          type: 'array',
          items: objectOf({ timestamp: TEXT, message: {}, logGroup: TEXT, level: {} }, [
            'timestamp',
            'message',
            'logGroup',
            'level',
          ]),
        },
      }),
    ),
  };
  const answer = async (context: RequestContext, executionName: string | undefined): Promise<Response> => {
    const { search, fields } = readQuery(parametersOf(context.req.url));
    const { limit, page, cursor } = search;
    // An execution may have run long ago.
    const usual = executionName === undefined ? undefined : await findExecutionTime(executionName, models);
    const found = await readLogPage(logs, { ...search, executionName }, usual);
    const { lines, count, next, searchedFrom, searchedTo, unsearchedGroups } = found;
    return jsonAnswer(context, {
      meta: {
        ...{ name: 'cumulus-api', stack: stackName, table: 'logs', limit },
        page: cursor === undefined ? page : undefined,
        ...{ count, next, searchedFrom, searchedTo },
        unsearchedGroups: unsearchedGroups === 0 ? undefined : unsearchedGroups,
      },
      results: fields === undefined ? lines : lines.map((line) => pick(line, fields)),
    });
  };
  addRoute(api, { ...route, path: '/logs', summary: 'List log lines' }, (context) => answer(context, undefined));
  addRoute(api, { ...route, path: '/logs/{executionName}', summary: 'List the log lines of an execution' }, (context) =>
    answer(context, pathParameter(context, 'executionName')),
  );
};

interface LogsRequest {
  readonly search: Omit<LogPageQuery, 'executionName'>;
  /** The fields to show; all if undefined. */
  readonly fields: readonly string[] | undefined;
}

/** @throws HTTPException 400 that names the parameter */
function readQuery(given: Parameters): LogsRequest {
  const { sortKeys, fields, others } = listsAmong(given);
  const { limit, page, cursor, sort_by: sortBy, order, ...parameters } = others;
  if (page !== undefined && cursor !== undefined) throw bad('cursor', 'does not go with page');
  const size = Math.min(wholeNumber('limit', limit) ?? DEFAULT_LIMIT, MAX_ON_PAGE);
  const number = wholeNumber('page', page) ?? 1;
  if (number * size > MAX_EVENTS)
    throw bad('page', `reaches further than ${MAX_EVENTS} events: page by cursor, or ask for a shorter time`);
  return {
    search: {
      ...readLogParameters(parameters),
      order: orderOf({ sortBy, order, sortKeys }),
      limit: size,
      page: number,
      cursor: cursor || undefined,
    },
    fields: fields.length === 0 ? undefined : fields,
  };
}

/** @throws HTTPException 400 for another order than by time */
function orderOf(parameters: SortParameters): 'asc' | 'desc' {
  const [first, ...others] = sortOf(parameters);
  if (first?.field !== 'timestamp' || others.length > 0)
    throw bad(
      parameters.sortKeys.length > 0 ? 'sort_key[]' : 'sort_by',
      'takes timestamp alone, by which logs are sorted',
    );
  return first.order;
}

/** Clients send `null` where nothing is chosen. */
function wholeNumber(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined || text === 'null') return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || !Number.isSafeInteger(number))
    throw bad(parameter, `takes a whole number from 1 on, not "${text}"`);
  return number;
}
