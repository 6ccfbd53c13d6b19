import type { LambdaContext } from 'hono/aws-lambda';
import { requireStackName, settingsWithoutLogin } from '../settings.ts';
import { answerInvocation, type Invocation, type InvocationAnswer } from './answer-invocation.ts';
import { createFunctionApp } from './create-function-app.ts';

const app = createFunctionApp(settingsWithoutLogin(process.env, requireStackName(process.env)));

/**
 * The API without a login, for `@cumulus/api-client`, which invokes the function `<prefix>-PrivateApiLambda` itself. Who may
 * do that is for IAM to say (`lambda:InvokeFunction`): give it no URL and no API Gateway.
 */
export const handler = (event: Invocation, context: LambdaContext): Promise<InvocationAnswer> =>
  answerInvocation(app, event, context);
