export { DYNAMODB_LOCAL_IMAGE } from './container.ts';
export { enterEnvironment, serverEnvironment } from './credentials.ts';
export { KindUnavailableError, MotoUnavailableError, NoServerError } from './errors.ts';
export { MOTO_ACCOUNT, startMoto } from './moto.ts';
export {
  type LoadOptions,
  loadSampleRecords,
  type SampleRecord,
  type SampleTable,
  sampleRecords,
} from './sample-records.ts';
export { isRealThing, type LocalServer, type LocalServerKind } from './server.ts';
export type { ServerProcess } from './server-process.ts';
export { DEFAULT_ORDER, type StartableKind, type StartOptions, startDynamoDB } from './start.ts';
