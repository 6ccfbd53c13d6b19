import { formSchemaOf, isRecordType } from '@cumulus/models/schemas';
import { HTTPException } from 'hono/http-exception';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answersToAny, objectOf, TEXT } from '../openapi/schemas.ts';
import { VERSION } from '../version.ts';
import type { AddRoutes } from './add-routes.ts';

/**
 * The release of Cumulus's API whose clients this one serves. Dashboards compare it with the least that they need: 1.19.0 for
 * v1.7, 1.23.0 for v1.9, 2.0.1 for v1.10.
 */
const API_LEVEL = '2.0.1';

/** The version, which needs no login. */
export const addVersionRoute: AddRoutes = (api) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/version',
      summary: 'Get the version of the API',
      security: [],
      description:
        '`api_version` is the release of the Cumulus API that this one is compatible with. `software_version` is the release of this software.',
      responses: answersToAny(
        'The version',
        objectOf({ response_version: TEXT, api_version: TEXT, software_version: TEXT }),
      ),
    },
    (context) => jsonAnswer(context, { response_version: 'v1', api_version: API_LEVEL, software_version: VERSION }),
  );
};

/** The routes that describe the API and its deployment. */
export const addDeploymentRoutes: AddRoutes = (
  api,
  {
    settings: {
      stackName,
      cmr: { provider, environment },
    },
  },
) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/instanceMeta',
      summary: 'Get the name of the deployment and its CMR',
      responses: answersToAny(
        'The name of the stack; the provider and the environment in CMR',
        objectOf({
          cmr: objectOf({ provider: TEXT, environment: TEXT }, ['provider', 'environment']),
          cumulus: objectOf({ stackName: TEXT }),
        }),
      ),
    },
    (context) => jsonAnswer(context, { cmr: { provider, environment }, cumulus: { stackName } }),
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/schemas/{name}',
      summary: 'Get the JSON Schema of a type of record',
      description:
        'For forms of dashboards: it has titles, and `readonly` beside `readOnly`. No read-only field is required.',
      responses: answersToAny('The schema', { type: 'object' }, 404),
    },
    (context) => {
      const name = pathParameter(context, 'name');
      if (!isRecordType(name)) throw new HTTPException(404, { message: `There is no schema of a record "${name}".` });
      return jsonAnswer(context, formSchemaOf(name));
    },
  );
};
