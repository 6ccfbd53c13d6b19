import { valuesAt } from '@cumulus/models';
import { COUNTED_TYPES, type CountedType } from '@cumulus/models/counts';
import type { RecordTypeName } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import type { RouteConfig } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter, type RequestContext } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { bad, checkedType, filtersOf, type SearchedModel, singles } from '../lists/list-query.ts';
import { readMatching } from '../lists/read-matching.ts';
import { answers, NUMBER, objectOf, TEXT, WHOLE } from '../openapi/schemas.ts';
import type { Services } from '../services.ts';
import { countByDay } from '../stats/count-by-day.ts';
import { describeNumbers } from '../stats/describe-numbers.ts';
import { keptCounts } from '../stats/kept-counts.ts';
import { summarize } from '../stats/summary.ts';
import type { AddRoutes } from './add-routes.ts';

interface Searched {
  readonly recordType: RecordTypeName;
  readonly model: SearchedModel<object>;
  readonly hidden?: readonly string[];
}

type Parameters = { readonly [name: string]: string | undefined };

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
    const searched = searchedBy(type ?? given, services);
    checkedType(searched.recordType, searched.hidden ?? [], 'field', field);
    return jsonAnswer(context, await aggregateBy(field, filters, searched, services));
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
      const searched = searchedBy(type, services);
      checkNumeric(field, searched);
      const records = await matching(searched, filters);
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
      const searched = searchedBy(type, services);
      checkNumeric(field, searched);
      const records = await matching(searched, filters);
      const numbers = records.flatMap((record) => valuesAt(record, field)).filter((value) => typeof value === 'number');
      return jsonAnswer(context, {
        meta: { name: 'cumulus-api', count: records.length, field },
        stats: describeNumbers(numbers),
      });
    },
  );
};

/** The records of a type, as routes call it: `granules`, `asyncOperations`. */
function searchedBy(type: string | undefined, { models }: Services): Searched {
  const types: { readonly [type: string]: Searched } = {
    asyncOperations: { recordType: 'asyncOperation', model: models.asyncOperations },
    collections: { recordType: 'collection', model: models.collections },
    executions: { recordType: 'execution', model: models.executions },
    granules: { recordType: 'granule', model: models.granules },
    pdrs: { recordType: 'pdr', model: models.pdrs },
    providers: { recordType: 'provider', model: models.providers, hidden: CREDENTIAL_FIELDS },
    rules: { recordType: 'rule', model: models.rules },
  };
  const name = type ?? 'granules';
  const searched = Object.hasOwn(types, name) ? types[name] : undefined;
  if (searched === undefined) throw bad('type', `takes one of ${Object.keys(types).join(', ')}, not "${name}"`);
  return searched;
}

/** The records of a type that pass the filters among parameters. */
function matching({ recordType, model, hidden }: Searched, filters: Parameters): Promise<readonly object[]> {
  return readMatching(model, filtersOf(recordType, filters, hidden));
}

function checkNumeric(field: string, { recordType, hidden = [] }: Searched): void {
  const type = checkedType(recordType, hidden, 'field', field);
  if (type !== 'number' && type !== 'any') throw bad('field', `names "${field}", which holds no numbers`);
}

async function aggregateBy(
  field: string,
  filters: Parameters,
  searched: Searched,
  { counts }: Services,
): Promise<object> {
  const { recordType } = searched;
  const isCounted = Object.hasOwn(COUNTED_TYPES, recordType) && field === 'status' && Object.keys(filters).length === 0;
  const kept = isCounted ? await keptCounts(counts, recordType as CountedType) : undefined;
  if (kept !== undefined) {
    return told(
      field,
      kept.total,
      Object.entries(kept.byStatus).filter(([key, count]) => key !== '' && count !== 0),
    );
  }
  const records = await matching(searched, filters);
  const byValue = new Map<string, number>();
  for (const record of records) {
    for (const value of valuesAt(record, field)) {
      if (typeof value === 'object')
        throw new HTTPException(400, { message: `The field ${field} holds no single values.` });
      byValue.set(String(value), (byValue.get(String(value)) ?? 0) + 1);
    }
  }
  return told(field, records.length, [...byValue]);
}

function told(field: string, count: number, counted: readonly (readonly [string, number])[]): object {
  const sorted = counted.toSorted(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1));
  return {
    meta: { name: 'cumulus-api', count, field },
    count: sorted.map(([key, number]) => ({ key, count: number })),
  };
}
