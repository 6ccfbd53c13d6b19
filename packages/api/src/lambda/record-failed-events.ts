import { createEventHandlers } from './record-functions.ts';

/** Records events out of the dead-letter queue, or keeps them in S3. Without its settings it fails at its start. */
export const { recordFailedEvents: handler } = createEventHandlers(process.env);
