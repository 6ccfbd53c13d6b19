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
      summary: 'Get one asynchronous operation',
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
      description: 'Starts nothing. It is for programs that run an operation themselves.',
      requestBody: jsonBody(refTo('NewAsyncOperation')),
      responses: answers('The record is added', objectOf({ message: TEXT, record: refTo('AsyncOperation') }), 409),
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
        'Also stops an operation that this API runs; one on many granules stops within 100 granules. Other operations go on.',
      responses: answers('The record is deleted', objectOf({ message: TEXT }), 404),
    },
    async (context) => {
      const isDeleted = await asyncOperations.delete({ id: pathParameter(context, 'id') });
      if (!isDeleted) throw new HTTPException(404, { message: 'No record found' });
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};
