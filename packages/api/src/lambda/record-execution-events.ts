import { createEventHandlers } from './record-functions.ts';

/** Records status changes of executions. A function without the settings that it needs fails at its start, and names them. */
export const { recordExecutionEvents: handler } = createEventHandlers(process.env);
