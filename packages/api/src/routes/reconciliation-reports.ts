import { searchArray } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { answers, NUMBER, objectOf, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing } from './listing.ts';

const PATH = '/reconciliationReports';

const REPORT = objectOf({
  ...{ reconciliationReportName: TEXT, name: TEXT, type: TEXT, status: TEXT, location: TEXT },
  ...{ createdAt: NUMBER, updatedAt: NUMBER, timestamp: NUMBER },
});

export const addReconciliationReportRoutes: AddRoutes = (api, { settings: { stackName }, reports }) => {
  addListing(api, stackName, {
    path: PATH,
    recordType: 'reconciliationReport',
    nameField: 'name',
    maxOfAll: MAX_OF_ALL,
    model: {
      search: async (options) =>
        searchArray(await reports.list(), options, 'reconciliationReports', ['reconciliationReportName']),
    },
    summary: 'List reconciliation reports',
    cost: 'Found by listing the files in the system bucket. `timestamp` is when a report was written.',
    schema: REPORT,
  });

  addRoute(
    api,
    {
      method: 'get',
      path: `${PATH}/{name}`,
      summary: 'A reconciliation report',
      responses: answers('The report as it was written', { type: 'object' }, 404, 501),
    },
    async (context) => {
      const name = pathParameter(context, 'name');
      const report = await reports.find(name);
      if (report === undefined) throw new HTTPException(404, { message: 'The report does not exist!' });
      return context.body(report, 200, { 'Content-Type': 'application/json' });
    },
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: `${PATH}/{name}`,
      summary: 'Delete a reconciliation report',
      responses: answers('It is gone', objectOf({ message: TEXT }), 501),
    },
    async (context) => {
      await reports.delete(pathParameter(context, 'name'));
      return jsonAnswer(context, { message: 'Report deleted' });
    },
  );

  addRoute(
    api,
    {
      method: 'post',
      path: PATH,
      summary: 'Create a reconciliation report; not offered',
      responses: answers('Never', objectOf({ message: TEXT }), 501),
    },
    () => {
      throw new HTTPException(501, {
        message: 'Reconciliation reports are not created here; those that lie in S3 are listed and shown.',
      });
    },
  );
};
