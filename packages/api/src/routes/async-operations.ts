import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { pick } from '../lists/pick.ts';
import { withTimestamp } from '../lists/with-timestamp.ts';
import { answers, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing, COST_OF_ALL } from './listing.ts';

/** What one operation is answered as. */
const FIELDS = ['id', 'status', 'taskArn', 'description', 'operationType', 'output'] as const;

export const addAsyncOperationRoutes: AddRoutes = (api, { settings, models: { asyncOperations } }) => {
  addListing(api, settings.stackName, {
    path: '/asyncOperations',
    recordType: 'asyncOperation',
    nameField: 'id',
    model: asyncOperations,
    maxOfAll: MAX_OF_ALL,
    show: async (records) => records.map(withTimestamp),
    schema: refTo('AsyncOperation'),
    cost: COST_OF_ALL,
  });

  addRoute(
    api,
    {
      method: 'get',
      path: '/asyncOperations/{id}',
      summary: 'An asynchronous operation',
      responses: answers(
        'The operation',
        objectOf(Object.fromEntries(FIELDS.map((field) => [field, TEXT])), ['taskArn', 'output']),
        404,
      ),
    },
    async (context) => {
      const operation = await asyncOperations.get({ id: pathParameter(context, 'id') });
      return jsonAnswer(context, pick(operation, FIELDS));
    },
  );
};
