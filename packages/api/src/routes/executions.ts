import type { Execution } from '@cumulus/models';
import { jsonAnswer } from '../answers/json.ts';
import { answers, refTo } from '../answers/schemas.ts';
import { type AddRoutes, addRoute, pathParameter } from '../http-api.ts';
import { addListing, COST_OF_NEWEST } from './listing.ts';

export const addExecutionRoutes: AddRoutes = (api, { settings, models: { executions } }) => {
  addListing<Execution>(api, settings.stackName, {
    path: '/executions',
    recordType: 'execution',
    nameField: 'name',
    mostOnPage: 100,
    search: (options) => executions.search(options),
    cost: COST_OF_NEWEST,
  });

  addRoute(
    api,
    {
      method: 'get',
      path: '/executions/{arn}',
      summary: 'An execution',
      responses: answers('The execution', refTo('Execution'), 404),
    },
    async (context) => jsonAnswer(context, await executions.get({ arn: pathParameter(context, 'arn') })),
  );
};
