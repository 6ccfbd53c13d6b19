import { createEventHandlers } from '../events/handlers.ts';

/** Records events out of the dead-letter queue, or keeps them in S3. Without its settings it fails at its start. */
export const handler = createEventHandlers(process.env).recordFailedEvents;
