export { EXIT_STATUS } from './exit-status.ts';
export type { Io } from './io.ts';
export { run } from './run.ts';
