import { createEventHandlers } from '../events/handlers.ts';

/** Records status changes of executions. A function without the settings that it needs fails at its start, and names them. */
export const handler = createEventHandlers(process.env).recordExecutionEvents;
