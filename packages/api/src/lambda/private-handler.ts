import type { LambdaContext } from 'hono/aws-lambda';
import { createApp } from '../app.ts';
import { requireStackName, settingsWithoutLogin } from '../settings.ts';
import { answerInvocation, type Invocation, type InvocationAnswer } from './answer-invocation.ts';
import { createFunctionServices } from './create-function-app.ts';
import { createOperationFunctions } from './operation-functions.ts';

const services = createFunctionServices(settingsWithoutLogin(process.env, requireStackName(process.env)));
const app = createApp(services);

/**
 * The API without a login, for `@cumulus/api-client`, which invokes the function `<prefix>-PrivateApiLambda` itself. Who may
 * do that is for IAM to say (`lambda:InvokeFunction`): give it no URL and no API Gateway.
 */
export const handler = (event: Invocation, context: LambdaContext): Promise<InvocationAnswer> =>
  answerInvocation(app, event, context);

/**
 * The functions that run long operations, with the same settings as the API: `private-api.runOperations` is the handler of the queue
 * that `operationsQueueUrl` names, `private-api.failOperations` that of its dead-letter queue. docs/reference/operations.md has their settings.
 */
export const { runOperations, failOperations } = createOperationFunctions(() => services);
