import { createClient } from '@cumulus/dynamodb';
import { tablesFromEnvironment } from '@cumulus/models';
import type { LambdaContext } from 'hono/aws-lambda';
import { createApp } from '../app.ts';
import { createSurroundings } from '../create-surroundings.ts';
import { powertoolsJournal } from '../observation/powertools-journal.ts';
import { requireStackName, settingsWithoutLogin } from '../settings.ts';
import { answerInvocation, type Invocation, type InvocationAnswer } from './answer-invocation.ts';

const stackName = requireStackName(process.env);
const app = createApp(
  createSurroundings({
    settings: settingsWithoutLogin(process.env, stackName),
    client: createClient({ hurried: true }),
    tableName: tablesFromEnvironment(process.env),
    journal: powertoolsJournal(stackName),
  }),
);

/**
 * The API without a login, for `@cumulus/api-client`, which invokes the function `<prefix>-PrivateApiLambda` itself. Who may
 * do that is for IAM to say (`lambda:InvokeFunction`): give it no URL and no API Gateway.
 */
export const handler = (event: Invocation, context: LambdaContext): Promise<InvocationAnswer> =>
  answerInvocation(app, event, context);
