import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

const WORKFLOW = objectOf({ name: TEXT, arn: TEXT });

export const addWorkflowRoutes: AddRoutes = (api, { workflows }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/workflows',
      summary: 'The workflows of the deployment',
      responses: answers('Their templates', { type: 'array', items: WORKFLOW }, 501),
    },
    async (context) => jsonAnswer(context, await workflows.list()),
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/workflows/{name}',
      summary: 'A workflow',
      responses: answers('Its template', WORKFLOW, 404, 501),
    },
    async (context) => jsonAnswer(context, await workflows.get(pathParameter(context, 'name'))),
  );
};
