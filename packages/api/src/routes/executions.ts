import { pathParameter } from '../http/http-api.ts';
import { refTo } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing, COST_OF_NEWEST } from './listing.ts';
import { addOneRecord } from './one-record.ts';

export const addExecutionRoutes: AddRoutes = (api, { settings, models: { executions } }) => {
  addListing(api, settings.stackName, {
    path: '/executions',
    recordType: 'execution',
    nameField: 'name',
    model: executions,
    schema: refTo('Execution'),
    cost: COST_OF_NEWEST,
  });

  addOneRecord(api, '/executions/{arn}', 'execution', (context) =>
    executions.get({ arn: pathParameter(context, 'arn') }),
  );
};
