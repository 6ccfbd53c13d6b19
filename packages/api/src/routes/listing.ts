import { addRoute, type HttpApi, type Route } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import type { Schema } from '../http/openapi.ts';
import {
  type ListedRecords,
  type ListQuery,
  MAX_ON_PAGE,
  parametersOf,
  readListQuery,
  type SearchedModel,
} from '../lists/list-query.ts';
import { pick } from '../lists/pick.ts';
import { filtersParameter } from '../openapi/filters-parameter.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answers, listOf } from '../openapi/schemas.ts';

/** A list of records, and where it is. */
export interface Listing<R extends object> extends ListedRecords {
  /** `/granules` */
  readonly path: string;
  readonly model: SearchedModel<R>;
  /** How the records of a page are shown, as objects or by their names; unchanged unless given. */
  readonly show?: (records: readonly R[], query: ListQuery) => Promise<readonly (object | string)[]>;
  /** Which filters are cheap, for the OpenAPI page. */
  readonly cost: string;
  /** What a record is shown as, for the OpenAPI page. */
  readonly schema: Schema;
  /** `List granules` unless given. */
  readonly summary?: string;
  /** The errors that it may end in beside those of other lists. */
  readonly errors?: readonly number[];
}

const WITHIN_BUDGET =
  'is searched for half a second at most. If that is not enough, `meta.complete` is false: then send `meta.next` as `cursor` to go on.';

const IN_PAGES = 'A page has 10 records, the newest first, unless you ask otherwise.';

/** What a list of the newest records costs. */
export const COST_OF_NEWEST =
  `${IN_PAGES} Filters by the id (also \`__in\`), \`prefix\` and a range of time are quick, whatever the size of the table. So are filters by ` +
  '`status`, `collectionId`, `provider`, `pdrName`, `execution`, `type`, `parentArn` and `asyncOperationId`, if the records have them. ' +
  `Sorting by time, \`status\`, \`duration\` or the name is quick too, and of executions by \`createdAt\`. Anything else ${WITHIN_BUDGET}`;

/** What a list of configuration costs. */
export const COST_OF_ALL = `${IN_PAGES} A filter by the id reads one record. Anything else ${WITHIN_BUDGET}`;

/** Adds `GET` of a list. */
export function addListing<R extends object>(api: HttpApi, stackName: string, listing: Listing<R>): void {
  const { path, recordType, model, show = async (records) => records } = listing;
  const route: Route = {
    method: 'get',
    path,
    summary: listing.summary ?? `List ${path === '/pdrs' ? 'PDRs' : path.slice(1)}`,
    description: listing.cost,
    parameters: listParameters(listing),
    responses: answers('A page of the list', listOf(listing.schema), ...(listing.errors ?? [])),
  };
  addRoute(api, route, async (context) => {
    const query = readListQuery(parametersOf(context.req.url), listing);
    const { limit, page = 1, cursor, uncounted } = query.search;
    const isOfCount = limit === 0;
    const found = await model.search({ ...query.search, limit: isOfCount ? 1 : limit });
    const results = isOfCount ? [] : await show(found.records, query);
    return jsonAnswer(context, {
      meta: {
        name: 'cumulus-api',
        stack: stackName,
        table: recordType,
        limit,
        page: cursor === undefined && !uncounted ? page : undefined,
        count: found.count,
        complete: found.complete ? undefined : false,
        searchedUntil: found.searchedUntil,
        next: isOfCount ? undefined : found.cursor,
      },
      results: results.map((record) => (typeof record === 'string' ? record : shownFields(record, query))),
    });
  });
}

function shownFields(record: object, { fields }: ListQuery): object {
  return fields === undefined ? record : pick(record, fields);
}

function listParameters({
  nameField,
  maxOnPage = MAX_ON_PAGE,
  maxOfAll,
}: ListedRecords): NonNullable<Route['parameters']> {
  const whole = { type: 'integer', minimum: 1 };
  const all = maxOfAll === undefined ? 'a full page' : `all, up to ${maxOfAll}`;
  return [
    queryParameter('limit', `Records on a page, at most ${maxOnPage}. \`0\`: the count alone. \`null\`: ${all}.`, {
      anyOf: [{ ...whole, minimum: 0 }, { const: 'null' }],
      default: 10,
    }),
    queryParameter('page', 'The page, from 1 on.', { ...whole, default: 1 }),
    queryParameter(
      'cursor',
      'Instead of `page`: `meta.next` of the previous page, or empty for the first page. No record is repeated or skipped. Nothing is counted.',
    ),
    queryParameter('sort_by', 'The field to sort by. Records that lack it come last.', {
      type: 'string',
      default: 'timestamp',
    }),
    queryParameter('order', 'Ascending or descending, for `sort_by`.', {
      type: 'string',
      enum: ['asc', 'desc'],
      default: 'desc',
    }),
    {
      ...queryParameter(
        'sort_key[]',
        'Fields to sort by, the first one first: `-FIELD` descending, `+FIELD` or `FIELD` ascending.',
        {
          type: 'array',
          items: { type: 'string' },
        },
      ),
      style: 'form',
      explode: true,
    },
    queryParameter(
      'fields',
      'The fields to show, separated by commas or given several times; by default all. `*` stands for any characters.',
    ),
    queryParameter('prefix', `The beginning of ${nameField}. Case does not matter.`),
    queryParameter('infix', `A part of ${nameField}. Case does not matter.`),
    queryParameter(
      'q',
      'A query of Lucene: words and "texts" anywhere in the record, field:value, field:[a TO b], field:>a, _exists_:field, ' +
        'the wildcards * and ?, AND, OR, NOT, +, - and brackets.',
    ),
    filtersParameter(
      'Any field of the record: FIELD=value, FIELD__in=a,b, FIELD__not=a,b, FIELD__exists=true|false, ' +
        'FIELD__from and FIELD__to, both inclusive. Times are in milliseconds since 1970 or by ISO 8601.',
    ),
  ];
}
