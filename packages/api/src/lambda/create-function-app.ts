import { createClient } from '@cumulus/dynamodb';
import { tablesFromEnvironment } from '@cumulus/models';
import { createApp } from '../app.ts';
import { createSurroundings } from '../create-surroundings.ts';
import type { HttpApi } from '../http-api.ts';
import { powertoolsJournal } from '../observation/powertools-journal.ts';
import type { Settings } from '../settings.ts';

/** The API as a function on Lambda serves it: over the tables that the function's environment names. */
export function createFunctionApp(settings: Settings): HttpApi {
  return createApp(
    createSurroundings({
      settings,
      client: createClient({ hurried: true }),
      tableName: tablesFromEnvironment(process.env),
      journal: powertoolsJournal(settings.stackName),
    }),
  );
}
