export { KindUnavailableError, MotoUnavailableError, NoServerError } from './errors.ts';
export { startMoto } from './moto.ts';
export {
  type Loaded,
  type LoadOptions,
  loadSampleRecords,
  type SampleRecord,
  type SampleTable,
  sampleRecords,
} from './sample-records.ts';
export type { LocalServer, LocalServerKind } from './server.ts';
export {
  enterEnvironment,
  type ServerEnvironmentOptions,
  type ServerSettings,
  serverEnvironment,
  serverSettings,
} from './server-environment.ts';
export type { ServerProcess } from './server-process.ts';
export { type StartOptions, startDynamoDB } from './start.ts';
