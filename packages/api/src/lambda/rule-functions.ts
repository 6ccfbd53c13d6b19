import { createRuleFunctions } from '../rule-functions/handlers.ts';

/**
 * The functions behind rules, each by its name: `rule-functions.startScheduled` is the handler of one. A function without the settings
 * that it needs fails at its start, and names them.
 */
export const { startScheduled, startOfRecords, logRecords, pollQueues, finishQueueMessage } = createRuleFunctions(
  process.env,
);
