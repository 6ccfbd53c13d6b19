import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { settingsFromEnvironment } from '../settings.ts';
import { createFunctionApp } from './create-function-app.ts';
import { withoutCompression } from './without-compression.ts';
import { withoutStage } from './without-stage.ts';

const answer = handle(createFunctionApp(settingsFromEnvironment(process.env)));

/**
 * The API on AWS Lambda, behind API Gateway (events of version 1 and 2) or a function URL. A deployment without the settings
 * that it needs fails at its start, and names them in its log.
 */
export const handler = (event: LambdaEvent, context: LambdaContext) =>
  answer(withoutCompression(withoutStage(event)), context);
