import { createClient } from '@cumulus/dynamodb';
import { tablesFromEnvironment } from '@cumulus/models';
import { handle } from 'hono/aws-lambda';
import { createApp } from '../app.ts';
import { createSurroundings } from '../create-surroundings.ts';
import { powertoolsJournal } from '../observation/powertools-journal.ts';
import { settingsFromEnvironment } from '../settings.ts';

const settings = settingsFromEnvironment(process.env);

/**
 * The API on AWS Lambda, behind API Gateway (events of version 1 and 2) or a function URL. A deployment without the settings
 * that it needs fails at its start, and names them in its log.
 */
export const handler = handle(
  createApp(
    createSurroundings({
      settings,
      client: createClient({ hurried: true }),
      tableName: tablesFromEnvironment(process.env),
      journal: powertoolsJournal(settings.stackName),
    }),
  ),
);
