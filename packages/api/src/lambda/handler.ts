import { createClient } from '@cumulus/dynamodb';
import { tablesFromEnvironment } from '@cumulus/models';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createApp } from '../app.ts';
import { createSurroundings } from '../create-surroundings.ts';
import { powertoolsJournal } from '../observation/powertools-journal.ts';
import { settingsFromEnvironment } from '../settings.ts';
import { withoutStage } from './without-stage.ts';

const settings = settingsFromEnvironment(process.env);

const answer = handle(
  createApp(
    createSurroundings({
      settings,
      client: createClient({ hurried: true }),
      tableName: tablesFromEnvironment(process.env),
      journal: powertoolsJournal(settings.stackName),
    }),
  ),
);

/**
 * The API on AWS Lambda, behind API Gateway (events of version 1 and 2) or a function URL. A deployment without the settings
 * that it needs fails at its start, and names them in its log.
 */
export const handler = (event: LambdaEvent, context: LambdaContext) => answer(withoutStage(event), context);
