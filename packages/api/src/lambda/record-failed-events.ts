/** Records events out of the dead-letter queue, or keeps them in S3. Without its settings it fails at its start. */
export { recordFailedEvents as handler } from './record-execution-events.ts';
