import type { RouteConfig } from '@hono/zod-openapi';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { bad, singles } from '../lists/list-query.ts';
import type { LogQuery } from '../logs/log-query.ts';
import { answers, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

const DEFAULT_LIMIT = 100;
const MAX_EVENTS = 1_000;

const SEARCHED_FROM = {
  ...WHOLE,
  description:
    'Present if a search ended early because it took too long: the time, in milliseconds since 1970, from which on ' +
    'these are all events. Ask for earlier ones with a timestamp__to before it.',
};

export const addLogRoutes: AddRoutes = (api, { settings: { stackName }, logs }) => {
  const parameter = (name: string, description: string, type: 'string' | 'integer' | 'number' = 'string') =>
    ({ name, in: 'query', required: false, description, schema: { type } }) as const;
  const route: Omit<RouteConfig, 'path' | 'summary'> = {
    method: 'get',
    description: 'Out of CloudWatch Logs, the log groups `/aws/lambda/<stack>-…`; of the last day unless given.',
    parameters: [
      parameter('limit', `How many: ${DEFAULT_LIMIT} unless given, at most ${MAX_EVENTS}.`, 'integer'),
      parameter('level', 'Only of this level.'),
      parameter('q', 'A text that the event has.'),
      parameter('timestamp__from', 'The first time, in milliseconds since 1970.', 'number'),
      parameter('timestamp__to', 'The last time, in milliseconds since 1970.', 'number'),
    ],
    responses: answers(
      'Log events, the newest first',
      objectOf({
        meta: objectOf(
          { name: TEXT, stack: TEXT, table: TEXT, limit: WHOLE, count: WHOLE, searchedFrom: SEARCHED_FROM },
          ['searchedFrom'],
        ),
        results: { type: 'array', items: objectOf({ timestamp: TEXT, message: {}, logGroup: TEXT }) },
      }),
    ),
  };
  const answer = async (context: RequestContext, executionName: string | undefined): Promise<Response> => {
    const query = readQuery(singles(context.req.queries()));
    const { events, searchedFrom } = await logs.read({ ...query, executionName });
    const results = events.map(({ event }) => event);
    const meta = { name: 'cumulus-api', stack: stackName, table: 'logs', limit: query.limit, count: results.length };
    return jsonAnswer(context, { meta: { ...meta, searchedFrom }, results });
  };
  addRoute(api, { ...route, path: '/logs', summary: 'What the deployment’s functions logged' }, (context) =>
    answer(context, undefined),
  );
  addRoute(api, { ...route, path: '/logs/{executionName}', summary: 'What was logged of an execution' }, (context) =>
    answer(context, pathParameter(context, 'executionName')),
  );
};

function readQuery(parameters: { readonly [name: string]: string | undefined }): LogQuery {
  const { limit, level, q, timestamp__from: from, timestamp__to: to, ...others } = parameters;
  const [other] = Object.keys(others);
  if (other !== undefined) throw bad(other, 'is none of limit, level, q, timestamp__from and timestamp__to');
  const count = limit === undefined ? DEFAULT_LIMIT : Number(limit);
  if (!Number.isSafeInteger(count) || count < 1) throw bad('limit', `takes a whole number from 1 on, not "${limit}"`);
  return {
    limit: Math.min(count, MAX_EVENTS),
    levels: level ? [level] : undefined,
    text: q || undefined,
    from: timeOf('timestamp__from', from),
    to: timeOf('timestamp__to', to),
  };
}

function timeOf(parameter: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Number(text);
  if (text.trim() === '' || time < 0 || Number.isNaN(new Date(time).getTime()))
    throw bad(parameter, `takes a time in milliseconds since 1970, not "${text}"`);
  return Math.trunc(time);
}
