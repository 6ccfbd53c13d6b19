import { isRecordType, jsonSchemaOf } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, TEXT } from '../openapi/schemas.ts';
import { VERSION } from '../version.ts';
import type { AddRoutes } from './add-routes.ts';

/** The version, which needs no login. */
export const addVersionRoute: AddRoutes = (api) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/version',
      summary: 'The version of the API',
      security: [],
      responses: answers('The version', objectOf({ response_version: TEXT, api_version: TEXT })),
    },
    (context) => jsonAnswer(context, { response_version: 'v1', api_version: VERSION }),
  );
};

/** The routes that describe the API and its deployment. */
export const addDeploymentRoutes: AddRoutes = (api, { settings: { stackName, cmr } }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/instanceMeta',
      summary: 'The deployment',
      responses: answers(
        'What it is called, and which CMR it publishes to',
        objectOf({
          cmr: objectOf({ provider: TEXT, environment: TEXT }, ['provider', 'environment']),
          cumulus: objectOf({ stackName: TEXT }),
        }),
      ),
    },
    (context) => jsonAnswer(context, { cmr, cumulus: { stackName } }),
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/schemas/{name}',
      summary: 'The JSON Schema of a type of record',
      responses: answers('The schema', { type: 'object' }, 404),
    },
    (context) => {
      const name = pathParameter(context, 'name');
      if (!isRecordType(name)) throw new HTTPException(404, { message: `There is no schema of a record "${name}".` });
      return jsonAnswer(context, jsonSchemaOf(name));
    },
  );
};
