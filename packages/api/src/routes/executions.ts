import { deleteExecution, payloadPlace } from '@cumulus/models/payloads';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, refTo, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';
import { addListing, COST_OF_NEWEST } from './listing.ts';
import { addOneRecord } from './one-record.ts';

export const addExecutionRoutes: AddRoutes = (api, { settings, clients, target, models: { executions } }) => {
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

  addRoute(
    api,
    {
      method: 'delete',
      path: '/executions/{arn}',
      summary: 'Delete the record of an execution',
      description: 'Also deletes its payloads in S3. It does not stop an execution that runs.',
      responses: answers('The record is deleted', objectOf({ message: TEXT }), 404),
    },
    async (context) => {
      const { stackName, systemBucket } = settings;
      const isDeleted = await deleteExecution(pathParameter(context, 'arn'), {
        client: target.client,
        table: target.tableName('ExecutionsTable'),
        place: systemBucket === undefined ? undefined : payloadPlace(systemBucket, stackName),
        s3: clients.s3,
      });
      if (!isDeleted) throw new HTTPException(404, { message: 'No record found' });
      return jsonAnswer(context, { message: 'Record deleted' });
    },
  );
};
