/** What the functions that record events and count records are made of: one file, since most of it is what all of them need. */
export { createEventHandlers } from '../events/handlers.ts';
export { createCountsFunction } from './counts-function.ts';
