import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { tablesFromEnvironment } from '@cumulus/models';
import { createApp } from '../app.ts';
import type { HttpApi } from '../http/http-api.ts';
import { createLog } from '../logging/create-log.ts';
import { latencyMetric } from '../logging/latency-metric.ts';
import { API_SENDER, createRequestLog } from '../logging/request-log.ts';
import { createServices, type Services } from '../services.ts';
import type { Settings } from '../settings.ts';

/** The API as a function on Lambda serves it: over the tables that the function's environment names. */
export function createFunctionApp(settings: Settings): HttpApi {
  return createApp(createFunctionServices(settings));
}

/** Lambda's answers have at most 6 MB, in which the body is a text of JSON, so that its quotation marks take two bytes. */
const MAX_ANSWER_BYTES = 5_000_000;

/** What a function answers from. */
export function createFunctionServices(settings: Settings): Services {
  const { stackName } = settings;
  return createServices({
    settings,
    client: createClient({ retryPolicy: INTERACTIVE_RETRY_POLICY }),
    tableName: tablesFromEnvironment(process.env),
    maxAnswerBytes: MAX_ANSWER_BYTES,
    hasUsersTable: Boolean(process.env['UsersTable']),
    requestLog: createRequestLog(createLog({ sender: API_SENDER, stackName }), latencyMetric(stackName)),
  });
}
