import { comparableValue, valuesAt } from '@cumulus/models';
import { bad } from '../http/bad-parameter.ts';
import { addRoute, pathParameter, type RequestContext, type Route } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { parametersOf, readListQuery } from '../lists/list-query.ts';
import { filtersParameter } from '../openapi/filters-parameter.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answers, NUMBER, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';
import { ValueCounts } from '../stats/count-by-value.ts';
import type { Counted } from '../stats/count-without-records.ts';
import { NumberStats } from '../stats/describe-numbers.ts';
import { Histogram } from '../stats/histogram.ts';
import { STATS_TYPES } from '../stats/searched-records.ts';
import { type StatsSource, statsSource, withoutPaging } from '../stats/stats-source.ts';
import { summarize } from '../stats/summary.ts';
import type { AddRoutes } from './add-routes.ts';

const SUMMARY = objectOf({ dateFrom: TEXT, dateTo: TEXT, value: NUMBER, aggregation: TEXT, unit: TEXT });

const REACH = {
  complete: {
    type: 'boolean',
    description:
      '`false` if there were too many records to look at: the numbers are of the newest ones. Absent otherwise.',
  },
  recountDue: {
    type: 'boolean',
    description: '`true` if the kept counts may be wrong and were not used. Absent otherwise.',
  },
  searchedFrom: { ...WHOLE, description: 'For logs: the start of the searched time, if not all of it was searched.' },
};
const META = { name: TEXT, count: WHOLE, ...REACH };
const OPTIONAL = Object.keys(REACH);

const FILTERS = filtersParameter(
  'The filters of lists: FIELD=value, FIELD__in=a,b, FIELD__not=a,b, FIELD__exists=true|false, FIELD__from and FIELD__to, ' +
    '`prefix`, `infix`, `q`.',
);

/** The part of a description that says how the numbers are found. */
const COST =
  'it looks at the records for two seconds at most, the newest first. If that is not enough, `meta.complete` is false.';

export const addStatsRoutes: AddRoutes = (api, services) => {
  const typeParameter = queryParameter('type', 'The type of the records.', {
    type: 'string',
    enum: STATS_TYPES,
    default: 'granules',
  });

  addRoute(
    api,
    {
      method: 'get',
      path: '/stats',
      summary: 'Count errors, collections and granules',
      description:
        'Also has the mean duration. With a time or other filters, the numbers are of the granules that match. If there are too many to look ' +
        'at, `meta.incomplete` names the numbers that are of the newest ones only.',
      parameters: [
        queryParameter('timestamp__from', 'The first time, as ISO 8601 or in milliseconds since 1970.'),
        queryParameter('timestamp__to', 'The last time, in the same form.'),
        FILTERS,
      ],
      responses: answers(
        'Errors, collections with granules, mean duration and number of granules',
        objectOf(
          {
            ...{ errors: SUMMARY, collections: SUMMARY, processingTime: SUMMARY, granules: SUMMARY },
            meta: objectOf({ name: TEXT, incomplete: { type: 'array', items: TEXT }, recountDue: REACH.recountDue }, [
              'incomplete',
              'recountDue',
            ]),
          },
          ['meta'],
        ),
      ),
    },
    async (context) => {
      const listed = { recordType: 'granule', nameField: 'granuleId' } as const;
      const { filters = [] } = readListQuery(withoutPaging(parametersOf(context.req.url)), listed).search;
      const { summary, incomplete, recountDue } = await summarize(filters, services);
      const isNotable = incomplete.length > 0 || recountDue;
      return jsonAnswer(context, {
        ...summary,
        meta: isNotable
          ? {
              name: 'cumulus-api',
              incomplete: incomplete.length > 0 ? incomplete : undefined,
              recountDue: recountDue || undefined,
            }
          : undefined,
      });
    },
  );

  /** Adds a route without and with the type in its path. */
  const addBoth = (
    path: string,
    {
      parameters: own,
      ...route
    }: Pick<Route, 'summary' | 'description' | 'responses'> & {
      readonly parameters: readonly ReturnType<typeof queryParameter>[];
    },
    answer: (source: StatsSource, given: (parameter: string) => string | undefined) => Promise<object>,
  ): void => {
    const handle = async (context: RequestContext, inPath: string | undefined): Promise<Response> => {
      const parameters = parametersOf(context.req.url);
      const given = (name: string): string | undefined => {
        const [value, ...others] = parameters[name] ?? [];
        if (others.length > 0) throw bad(name, 'is given more than once');
        return value || undefined;
      };
      const type = given('type');
      if (inPath !== undefined && type !== undefined && type !== inPath)
        throw bad('type', `is "${type}", but the path has ${inPath}`);
      return jsonAnswer(context, await answer(statsSource(inPath ?? type, parameters, services), given));
    };
    const described = [...own, FILTERS];
    const all = { ...route, method: 'get' } as const;
    addRoute(api, { ...all, path, parameters: [typeParameter, ...described] }, (context) => handle(context, undefined));
    addRoute(api, { ...all, path: `${path}/{type}`, parameters: described }, (context) =>
      handle(context, pathParameter(context, 'type')),
    );
  };

  addBoth(
    '/stats/aggregate',
    {
      summary: 'Count records by the values of a field',
      description:
        'Numbers of granules, executions and PDRs by `status` or `collectionId` come from kept counts or indexes, also with a filter by time, ' +
        `collection, provider or status. For all others, ${COST}`,
      parameters: [queryParameter('field', 'The field, by default `status`. A trailing `.keyword` is ignored.')],
      responses: answers(
        'Up to 1,000 counts, the largest first',
        objectOf({
          meta: objectOf({ ...META, field: TEXT, others: WHOLE }, [...OPTIONAL, 'others']),
          count: { type: 'array', items: objectOf({ key: { type: ['string', 'number'] }, count: WHOLE }) },
        }),
      ),
    },
    async (source, given) => {
      const named = given('field') ?? 'status';
      const field = source.fieldFor(named, 'values');
      const counts = new ValueCounts(field);
      const reach = await source.countByValue(counts, field);
      const { largest, others } = counts;
      return { meta: { ...metaOf(reach), field: named, others: others || undefined }, count: largest };
    },
  );

  addBoth(
    '/stats/histogram',
    {
      summary: 'Count records over time',
      description: `By day or another interval, in UTC. For this, ${COST}`,
      parameters: [
        queryParameter(
          'field',
          'The field, by default `timestamp`. Its values are milliseconds since 1970, or ISO 8601.',
        ),
        queryParameter('interval', 'The length of an interval, as Elasticsearch takes it: `hour`, `1M`, `90m`.', {
          ...TEXT,
          default: 'day',
        }),
        queryParameter(
          'format',
          'The form of the times, as Elasticsearch takes it: `yyyy-MM-dd HH:mm`, `epoch_millis`.',
          {
            ...TEXT,
            default: 'yyyy-MM-dd',
          },
        ),
      ],
      responses: answers(
        'The intervals from the first to the last with records. If there are more than 10,000, only those with records.',
        objectOf({
          meta: objectOf({ ...META, criteria: objectOf({ field: TEXT, interval: TEXT, format: TEXT }) }, OPTIONAL),
          histogram: { type: 'array', items: objectOf({ date: TEXT, count: WHOLE }) },
        }),
      ),
    },
    async (source, given) => {
      const criteria = {
        field: given('field') ?? 'timestamp',
        interval: given('interval') ?? 'day',
        format: given('format') ?? 'yyyy-MM-dd',
      };
      const field = source.fieldFor(criteria.field, 'times');
      const histogram = new Histogram(criteria);
      const reach = await source.visit((record) => histogram.add(valuesAt(record, field)));
      return { meta: { ...metaOf(reach), criteria }, histogram: histogram.counts };
    },
  );

  const numbers = ['count', 'min', 'max', 'avg', 'sum', 'sum_of_squares', 'variance', 'std_deviation'];
  const number = { type: ['number', 'null'] };
  addBoth(
    '/stats/average',
    {
      summary: 'Average a field of numbers',
      description: `For this, ${COST}`,
      parameters: [queryParameter('field', 'A field of numbers, such as `duration`.', TEXT, true)],
      responses: answers(
        'Count, minimum, maximum, mean and variance',
        objectOf({
          meta: objectOf({ ...META, field: TEXT }, OPTIONAL),
          stats: objectOf({
            ...Object.fromEntries(numbers.map((name) => [name, number])),
            std_deviation_bounds: objectOf({ upper: number, lower: number }),
          }),
        }),
      ),
    },
    async (source, given) => {
      const named = given('field');
      if (named === undefined) throw bad('field', 'is required');
      const field = source.fieldFor(named, 'numbers');
      const stats = new NumberStats();
      const reach = await source.visit((record) => {
        for (const value of valuesAt(record, field).map(comparableValue))
          if (Number.isFinite(value)) stats.add(Number(value));
      });
      return { meta: { ...metaOf(reach), field: named }, stats: stats.described };
    },
  );
};

function metaOf({ count, complete, recountDue, searchedFrom }: Counted): object {
  return {
    ...{ name: 'cumulus-api', count },
    complete: complete ? undefined : false,
    recountDue: recountDue || undefined,
    searchedFrom,
  };
}
