import { createEventHandlers } from '../events/handlers.ts';

const { recordExecutionEvents, recordFailedEvents } = createEventHandlers(process.env);

/** Records status changes of executions. A function without the settings that it needs fails at its start, and names them. */
export const handler = recordExecutionEvents;

/** The handler of `record-failed-events`, which is in this file, since all but its last step is the same. */
export { recordFailedEvents };
