import { searchArray } from '@cumulus/models';
import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { parametersOf, readListQuery } from '../lists/list-query.ts';
import { pick } from '../lists/pick.ts';
import { queryParameter } from '../openapi/query-parameter.ts';
import { answers, answersToAny, objectOf, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

const LISTED = { recordType: 'workflow', nameField: 'name' } as const;

const WORKFLOW = objectOf({ name: TEXT, arn: TEXT });

export const addWorkflowRoutes: AddRoutes = (api, { workflows }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/workflows',
      summary: 'List workflows',
      description:
        'Returns all workflows, by name unless you sort them otherwise. `limit` and `page` change nothing. Takes filters by `name` and `arn`.',
      parameters: ['sort_by', 'order', 'prefix', 'infix', 'q', 'fields'].map((name) =>
        queryParameter(name, 'The same as for other lists.'),
      ),
      responses: answers('The workflows', { type: 'array', items: WORKFLOW }, 501),
    },
    async (context) => {
      const { search, fields } = readListQuery(parametersOf(context.req.url), LISTED);
      const all = await workflows.list();
      // Clients know no next page of this list.
      const { records } = searchArray(all, { ...search, limit: all.length, page: 1, cursor: undefined }, 'workflows', [
        'name',
      ]);
      return jsonAnswer(context, fields === undefined ? records : records.map((record) => pick(record, fields)));
    },
  );

  addRoute(
    api,
    {
      method: 'get',
      path: '/workflows/{name}',
      summary: 'Get one workflow',
      responses: answersToAny('The workflow', WORKFLOW, 404, 501),
    },
    async (context) => jsonAnswer(context, await workflows.get(pathParameter(context, 'name'))),
  );
};
