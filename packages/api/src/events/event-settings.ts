import { type Environment, SettingsError } from '../settings.ts';

/** The settings of the functions that record events. */
export interface EventSettings {
  readonly stackName: string;
  /** The bucket for payloads too large for a record, and for events that could not be recorded. */
  readonly systemBucket: string;
}

/** The tables that events are recorded in. */
export const RECORDED_TABLES = ['ExecutionsTable', 'GranulesTable', 'PdrsTable', 'FilesTable'] as const;

/**
 * The settings of the functions that record events, out of their environment.
 * @throws SettingsError that names each variable that is missing
 */
export function eventSettingsFromEnvironment(environment: Environment): EventSettings {
  const { stackName, system_bucket: systemBucket } = environment;
  const missing = ['stackName', 'system_bucket', ...RECORDED_TABLES].filter((name) => !environment[name]);
  if (!stackName || !systemBucket || missing.length > 0)
    throw new SettingsError(`Events cannot be recorded: ${missing.map((name) => `${name} is not set`).join('; ')}.`);
  return { stackName, systemBucket };
}
