import type { Granule } from '@cumulus/models/schemas';
import { addRoute, type Route } from '../http/http-api.ts';
import { errorAnswers } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { QUOTED_CELL, spreadsheetCell } from './spreadsheet-cell.ts';

const COLUMNS = ['granuleUr', 'collectionId', 'createdAt', 'startDateTime', 'endDateTime'];

/** Granules that are read at once. */
const PAGE_SIZE = 500;

/** All granules as a table, the newest first. */
export const addGranuleCsvRoute: AddRoutes = (api, { models: { granules }, requestLog }) => {
  const route: Route = {
    method: 'get',
    path: '/granule-csv',
    summary: 'Export all granules as CSV',
    description:
      'It takes no parameters. A cell that a spreadsheet would run as a formula begins with a single quote. ' +
      'On AWS Lambda an answer has at most 6 MB, about 50,000 granules.',
    responses: {
      200: {
        description: 'A line for each granule, after one with the names of the columns',
        content: { 'text/csv': { schema: { type: 'string' } } },
      },
      ...errorAnswers(401, 403, 500, 503),
    },
  };
  addRoute(api, route, async (context) => {
    const { stringify } = await import('csv-stringify/sync');
    const pages = granules.newest({ limit: PAGE_SIZE }).pages();
    // If the first page fails, the answer is an error. If a later one fails, the connection breaks off, so that nobody takes a
    // part for the whole.
    let page = await pages.next();
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(stringify([COLUMNS]))),
      pull: async (controller) => {
        if (page.done) {
          controller.close();
          return;
        }
        try {
          controller.enqueue(encoder.encode(stringify(page.value.records.map(rowOf), { quoted_match: QUOTED_CELL })));
          page = await pages.next();
        } catch (error) {
          requestLog.brokenOff(context.get('requestId'), error);
          controller.error(brokenOff());
        }
      },
    });
    return context.body(body, 200, { 'Content-Type': 'text/csv; charset=UTF-8' });
  });
};

/** The server writes this error to its log, and ends the connection. */
function brokenOff(): Error {
  const error = new Error('The answer broke off.');
  error.stack = error.message;
  return error;
}

function rowOf({ granuleId, collectionId, createdAt, beginningDateTime, endingDateTime }: Granule): readonly string[] {
  const time = typeof createdAt === 'number' ? new Date(createdAt) : undefined;
  // Other releases may have written an invalid time.
  const created = time === undefined || Number.isNaN(time.getTime()) ? '' : time.toISOString();
  return [
    spreadsheetCell(granuleId),
    spreadsheetCell(collectionId),
    created,
    spreadsheetCell(beginningDateTime),
    spreadsheetCell(endingDateTime),
  ];
}
