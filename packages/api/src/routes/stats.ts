import { valuesAt } from '@cumulus/models';
import type { RouteConfig } from '@hono/zod-openapi';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { bad, checkedType, singles } from '../lists/list-query.ts';
import { answers, NUMBER, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';
import { countByDay } from '../stats/count-by-day.ts';
import { countByValue } from '../stats/count-by-value.ts';
import { describeNumbers } from '../stats/describe-numbers.ts';
import { checkNumeric, readFiltered, searchedRecords } from '../stats/searched-records.ts';
import { summarize } from '../stats/summary.ts';
import type { AddRoutes } from './add-routes.ts';

const SUMMARY = objectOf({ dateFrom: TEXT, dateTo: TEXT, value: NUMBER, aggregation: TEXT, unit: TEXT });
const META = { name: TEXT, count: WHOLE };

export const addStatsRoutes: AddRoutes = (api, services) => {
  const typeParameter = {
    name: 'type',
    in: 'query',
    description: 'Of which records.',
    schema: { type: 'string', default: 'granules' },
  } as const;
  const fieldParameter = (description: string, required: boolean) =>
    ({ name: 'field', in: 'query', description, required, schema: { type: 'string' } }) as const;

  addRoute(
    api,
    {
      method: 'get',
      path: '/stats',
      summary: 'The deployment in numbers',
      description:
        'All of it out of the kept counts; with `timestamp__from` or `timestamp__to` by reading the granules of that time.',
      parameters: ['timestamp__from', 'timestamp__to'].map((name) => ({
        name,
        in: 'query' as const,
        description: 'In milliseconds since 1970.',
        schema: { type: 'number' as const },
      })),
      responses: answers(
        'Errors, collections with granules, mean duration and number of granules',
        objectOf({ errors: SUMMARY, collections: SUMMARY, processingTime: SUMMARY, granules: SUMMARY }),
      ),
    },
    async (context) => jsonAnswer(context, await summarize(singles(context.req.queries()), services)),
  );

  const aggregate: Omit<RouteConfig, 'path'> = {
    method: 'get',
    summary: 'How many records there are of each value of a field',
    description:
      'By `status` and without filters out of the kept counts, for granules, executions and PDRs; else by reading.',
    responses: answers(
      'The counts, the largest first',
      objectOf({
        meta: objectOf({ ...META, field: TEXT }),
        count: { type: 'array', items: objectOf({ key: TEXT, count: WHOLE }) },
      }),
    ),
  };
  const answerAggregate = async (context: RequestContext, type: string | undefined): Promise<Response> => {
    const { type: given, field = 'status', ...filters } = singles(context.req.queries());
    const searched = searchedRecords(type ?? given, services);
    checkedType(searched.recordType, searched.hidden ?? [], 'field', field);
    const { total, byValue } = await countByValue(field, filters, searched, services.counts);
    return jsonAnswer(context, { meta: { name: 'cumulus-api', count: total, field }, count: byValue });
  };
  const byField = fieldParameter('The field, `status` unless given.', false);
  addRoute(api, { ...aggregate, path: '/stats/aggregate', parameters: [typeParameter, byField] }, (context) =>
    answerAggregate(context, undefined),
  );
  addRoute(api, { ...aggregate, path: '/stats/aggregate/{type}', parameters: [byField] }, (context) =>
    answerAggregate(context, pathParameter(context, 'type')),
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/stats/histogram',
      summary: 'How many records there are of each day',
      description: 'By `timestamp`, or another `field` in milliseconds since 1970; takes filters as lists do.',
      parameters: [typeParameter, fieldParameter('The field, `timestamp` unless given.', false)],
      responses: answers(
        'The days that have records, the earliest first',
        objectOf({
          meta: objectOf({ ...META, criteria: { type: 'object' } }),
          histogram: { type: 'array', items: objectOf({ date: TEXT, count: WHOLE }) },
        }),
      ),
    },
    async (context) => {
      const { type, field = 'timestamp', ...filters } = singles(context.req.queries());
      const searched = searchedRecords(type, services);
      checkNumeric(field, searched);
      const records = await readFiltered(searched, filters);
      const histogram = countByDay(records.flatMap((record) => valuesAt(record, field)));
      return jsonAnswer(context, {
        meta: { name: 'cumulus-api', count: records.length, criteria: filters },
        histogram,
      });
    },
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/stats/average',
      summary: 'A field’s numbers described',
      parameters: [typeParameter, fieldParameter('A field of numbers, such as `duration`.', true)],
      responses: answers(
        'What the numbers are like',
        objectOf({
          meta: objectOf({ ...META, field: TEXT }),
          stats: objectOf(
            Object.fromEntries(
              ['count', 'min', 'max', 'avg', 'sum', 'sum_of_squares', 'variance', 'std_deviation'].map((name) => [
                name,
                { type: ['number', 'null'] },
              ]),
            ),
          ),
        }),
      ),
    },
    async (context) => {
      const { type, field, ...filters } = singles(context.req.queries());
      if (!field) throw bad('field', 'is required');
      const searched = searchedRecords(type, services);
      checkNumeric(field, searched);
      const records = await readFiltered(searched, filters);
      const numbers = records.flatMap((record) => valuesAt(record, field)).filter((value) => typeof value === 'number');
      return jsonAnswer(context, {
        meta: { name: 'cumulus-api', count: records.length, field },
        stats: describeNumbers(numbers),
      });
    },
  );
};
