import type { Models } from '@cumulus/models';
import type { CountsTable } from '@cumulus/models/counts';
import type { RecordingTarget } from '@cumulus/models/recording';
import type { Auth } from './auth/auth.ts';
import type { RequestLog } from './logging/request-log.ts';
import type { LogEvents } from './logs/log-events.ts';
import type { Settings } from './settings.ts';
import type { Workflows } from './workflows/workflows.ts';

/** All that the API's answers come from. */
export interface Services {
  readonly settings: Settings;
  readonly models: Models;
  /** The tables, for what is about several of them at once. */
  readonly target: RecordingTarget;
  readonly counts: CountsTable;
  readonly workflows: Workflows;
  readonly logs: LogEvents;
  /** Undefined for an API without login. */
  readonly auth: Auth | undefined;
  readonly requestLog: RequestLog;
}
