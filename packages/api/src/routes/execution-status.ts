import { addRoute, pathParameter } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, objectOf, TEXT } from '../openapi/schemas.ts';
import type { AddRoutes } from './add-routes.ts';

const OBJECT = { type: 'object' };

export const addExecutionStatusRoute: AddRoutes = (api, { workflows }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/executions/status/{arn}',
      summary: 'The status of an execution, from Step Functions',
      description:
        'An execution that Step Functions has forgotten, after 90 days, comes from the table, with a `warning`.',
      responses: answers(
        'The execution, its history and its state machine',
        objectOf({ execution: OBJECT, executionHistory: OBJECT, stateMachine: OBJECT, warning: TEXT }, [
          'executionHistory',
          'stateMachine',
          'warning',
        ]),
        404,
      ),
    },
    async (context) => jsonAnswer(context, await workflows.executionStatus(pathParameter(context, 'arn'))),
  );
};
