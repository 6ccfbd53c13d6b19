import type { Granule } from '@cumulus/models';
import type { RouteConfig } from '@hono/zod-openapi';
import { stringify } from 'csv-stringify/sync';
import { stream } from 'hono/streaming';
import { errorAnswers } from '../answers/schemas.ts';
import { type AddRoutes, addRoute } from '../http-api.ts';

const COLUMNS = ['granuleUr', 'collectionId', 'createdAt', 'startDateTime', 'endDateTime'];

/** Granules that are read at once. */
const READ_AT_ONCE = 500;

/** All granules as a table, the newest first. */
export const addGranuleCsvRoute: AddRoutes = (api, { models: { granules } }) => {
  const route: RouteConfig = {
    method: 'get',
    path: '/granule-csv',
    summary: 'All granules as CSV',
    description:
      'Streamed by `cumulus-api serve`. On AWS Lambda an answer has 6 MB at the most, about 50,000 granules.',
    responses: {
      200: { description: 'A line for each granule', content: { 'text/csv': { schema: { type: 'string' } } } },
      ...errorAnswers(401, 403, 500, 503),
    },
  };
  addRoute(api, route, async (context) => {
    const pages = granules.newest({ limit: READ_AT_ONCE }).pages();
    // A failure at the very first is answered as one; at a later one the connection breaks off.
    const first = await pages.next();
    context.header('Content-Type', 'text/csv; charset=UTF-8');
    return stream(
      context,
      async (output) => {
        await output.write(stringify([COLUMNS]));
        for (let page = first; !page.done && !output.aborted; page = await pages.next()) {
          await output.write(stringify(page.value.records.map(rowOf)));
        }
      },
      async (error) => {
        throw error;
      },
    );
  });
};

function rowOf({ granuleId, collectionId, createdAt, beginningDateTime, endingDateTime }: Granule): readonly unknown[] {
  const created = typeof createdAt === 'number' ? new Date(createdAt).toISOString() : '';
  return [granuleId, collectionId, created, beginningDateTime, endingDateTime];
}
