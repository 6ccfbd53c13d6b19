import { jsonAnswer } from '../answers/json.ts';
import { answers, objectOf, TEXT } from '../answers/schemas.ts';
import { type AddRoutes, addRoute, pathParameter } from '../http-api.ts';

const OBJECT = { type: 'object' };

export const addExecutionStatusRoute: AddRoutes = (api, { workflows }) => {
  addRoute(
    api,
    {
      method: 'get',
      path: '/executions/status/{arn}',
      summary: 'How an execution stands, by Step Functions',
      description: 'Of one that Step Functions knows no more, after 90 days, the table tells, with a `warning`.',
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
