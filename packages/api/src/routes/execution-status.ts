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
      summary: 'Get the status of an execution from Step Functions',
      description:
        'Step Functions keeps an execution for 90 days. After that the answer comes from the table, with a `warning`.',
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
