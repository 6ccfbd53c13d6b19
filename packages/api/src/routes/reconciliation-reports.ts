import { searchArray } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { fieldType } from '../lists/field-types.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import type { SortParameters } from '../lists/sort.ts';
import { answersToAny, errorAnswers, jsonBody, NUMBER, objectOf, TEXT } from '../openapi/schemas.ts';
import { REPORT_KIND, type ReportInput } from '../reconciliation/report-operation.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing } from './listing.ts';
import { reportRequestOf } from './report-request.ts';

const PATH = '/reconciliationReports';

const REPORT = objectOf({
  ...{ reconciliationReportName: TEXT, name: TEXT, type: TEXT, status: TEXT, location: TEXT },
  ...{ createdAt: NUMBER, updatedAt: NUMBER, timestamp: NUMBER },
});

const TEXTS = { anyOf: [TEXT, { type: 'array', items: TEXT }] };
const TIME = { anyOf: [TEXT, NUMBER] };

const FIELDS = {
  reportType: { ...TEXT, description: '`Inventory`, the default.' },
  reportName: { ...TEXT, description: 'The name. Default: `inventoryReport-` and the time.' },
  location: { type: 'string', enum: ['S3', 'CMR'], description: 'Compares only with this.' },
  collectionId: { ...TEXTS, description: 'Only granules of these collections.' },
  granuleId: { ...TEXTS, description: 'Only these granules. Not with `collectionId` or `provider`.' },
  provider: { ...TEXTS, description: 'Only granules of these providers. Not with `collectionId`.' },
  startTimestamp: { ...TIME, description: 'Only granules that were changed at this time or later.' },
  endTimestamp: { ...TIME, description: 'Only granules that were changed at this time or earlier.' },
  systemBucket: { ...TEXT, description: 'The deployment’s own, if given.' },
  stackName: { ...TEXT, description: 'The deployment’s own, if given.' },
};
const REQUEST = objectOf(FIELDS, Object.keys(FIELDS));

const STARTED = objectOf({
  ...{ id: TEXT, status: TEXT, description: TEXT, operationType: TEXT, createdAt: NUMBER, updatedAt: NUMBER },
  ...{ message: TEXT, reportName: TEXT },
});

/**
 * Whether a client makes its table of the names of files, which were the whole answer until release 1.18. Dashboards up to v1.9 do, and
 * know no field to sort by but the name. Those that show more sort by `sort_key[]`, or by what they show.
 */
function wantsFileNames({ sortBy, order, sortKeys }: SortParameters): boolean {
  if (!order || sortKeys.length > 0) return false;
  return !sortBy || sortBy === 'reconciliationReportName' || fieldType('reconciliationReport', sortBy) === undefined;
}

export const addReconciliationReportRoutes: AddRoutes = (api, services) => {
  const { settings, reports, operations, granuleServices, maxAnswerBytes } = services;
  const { stackName, systemBucket } = settings;
  const { now } = granuleServices;
  addListing(api, stackName, {
    path: PATH,
    recordType: 'reconciliationReport',
    nameField: 'name',
    maxOfAll: MAX_OF_ALL,
    model: {
      search: async (options) =>
        searchArray(await reports.list(), options, 'reconciliationReports', ['reconciliationReportName']),
    },
    show: async (found, { sorting }) =>
      wantsFileNames(sorting) ? found.map(({ reconciliationReportName }) => reconciliationReportName) : found,
    summary: 'List reconciliation reports',
    cost:
      'Lists the files of reports in the system bucket. `timestamp` is when a report was written. `status` is `Pending`, `Generated` or `Failed`. ' +
      'With `order`, and sorted by nothing or `reconciliationReportName`, the results are names of files, as in release 1.18.',
    schema: { anyOf: [REPORT, TEXT] },
    errors: [501],
  });

  addRoute(
    api,
    {
      method: 'get',
      path: `${PATH}/{name}`,
      summary: 'Get one reconciliation report',
      responses: answersToAny('The report as it was written', { type: 'object' }, 404, 501),
    },
    async (context) => {
      const name = pathParameter(context, 'name');
      const size = maxAnswerBytes === undefined ? 0 : ((await reports.sizeOf(name)) ?? 0);
      if (size > (maxAnswerBytes ?? 0))
        throw new HTTPException(501, {
          message: `The report has ${size} bytes, more than a function may answer. It is ${reports.locationOf(name)}.`,
        });
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
      responses: answersToAny('The report is deleted', objectOf({ message: TEXT }), 501),
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
      summary: 'Create a reconciliation report',
      description:
        'Starts an operation that compares S3 and CMR with the tables. The list has the report at once, as `Pending`.',
      // Earlier clients send none.
      requestBody: { ...jsonBody(REQUEST), required: false },
      responses: {
        202: { description: 'The operation has started', content: { 'application/json': { schema: STARTED } } },
        ...errorAnswers(400, 401, 403, 409, 500, 501, 503),
      },
    },
    async (context) => {
      const isEmpty = (await context.req.arrayBuffer()).byteLength === 0;
      const body = isEmpty ? {} : await bodyOf(context);
      const { name: given, ...wanted } = reportRequestOf(body, { stackName, systemBucket });
      operations.requireRunner();
      if (wanted.location === 'CMR') granuleServices.cmr.requireConfigured();
      const time = now();
      const name =
        given ?? `inventoryReport-${new Date(time).toISOString().replace(/\D/g, '').replace(/^.{8}/, '$&T')}`;
      const there = await reports.statusOf(name);
      if (there === 'Pending' || there === 'Generated')
        throw new HTTPException(409, { message: `A reconciliation report ${name} exists already.` });
      await reports.forgetFailure(name);
      const operation = await operations.start({
        ...{ kind: REPORT_KIND, input: { name, ...wanted } satisfies ReportInput },
        ...{ description: 'Create Reconciliation Report', operationType: 'Reconciliation Report' },
      });
      // The operation does so too, once it is run.
      await reports.noteBegin(name, operation.id, time).catch(() => undefined);
      const { id, status, description, operationType, createdAt, updatedAt } = operation;
      const started = { id, status, description, operationType, createdAt, updatedAt };
      return jsonAnswer(context, { ...started, message: 'Report is being generated', reportName: name }, 202);
    },
  );
};
