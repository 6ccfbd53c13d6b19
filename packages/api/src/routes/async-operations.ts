import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { bodyOf, jsonAnswer } from '../http/json.ts';
import { MAX_OF_ALL } from '../lists/list-query.ts';
import { pick } from '../lists/pick.ts';
import { withTimestamp } from '../lists/with-timestamp.ts';
import { answers, jsonBody, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { createOnce } from './create-once.ts';
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

  addRoute(
    api,
    {
      method: 'post',
      path: '/asyncOperations',
      summary: 'Add the record of an asynchronous operation',
      description: 'Only adds the record, and starts nothing. The program that runs the operation adds it.',
      request: { body: jsonBody(refTo('NewAsyncOperation')) },
      responses: answers('It was added', objectOf({ message: TEXT, record: refTo('AsyncOperation') }), 409),
    },
    async (context) => {
      const body = await bodyOf(context);
      const record = await createOnce(() => asyncOperations.createFrom(body), 409, `async operation ID: ${body['id']}`);
      return jsonAnswer(context, { message: 'Record saved', record });
    },
  );

  addRoute(
    api,
    {
      method: 'delete',
      path: '/asyncOperations/{id}',
      summary: 'Delete the record of an asynchronous operation',
      description:
        'An operation that this API runs stops once its current step ends. For other operations, only the record is deleted; they are not stopped.',
      responses: answers('It is gone', objectOf({ message: TEXT }), 404),
    },
    async (context) => {
      const isDeleted = await asyncOperations.delete({ id: pathParameter(context, 'id') });
      if (!isDeleted) throw new HTTPException(404, { message: 'No record found' });
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};
