import { createLog } from '../logging/create-log.ts';
import { type Log, withFields } from '../logging/log.ts';
import type { Environment } from '../settings.ts';
import { startWorkflowsOfRecords } from './delivered-messages.ts';
import { finishQueueMessage } from './finished-message.ts';
import { logRecords } from './logged-records.ts';
import { pollQueues } from './polled-queues.ts';
import { type RuleStarting, ruleStartingFromEnvironment } from './rule-starting.ts';
import { startScheduledWorkflow } from './scheduled-workflow.ts';

/** A handler for Lambda. */
export type RuleFunction = (event: unknown, context: { readonly awsRequestId: string }) => Promise<void>;

/** The functions behind rules. */
export interface RuleFunctions {
  /** What schedules invoke: the function of `invokeArn`. */
  readonly startScheduled: RuleFunction;
  /** What streams and topics invoke: `messageConsumer`. */
  readonly startOfRecords: RuleFunction;
  /** What logs the records of streams: `KinesisInboundEventLogger`. */
  readonly logRecords: RuleFunction;
  /** What reads queues, every minute: `sqsMessageConsumer`. */
  readonly pollQueues: RuleFunction;
  /** What is invoked when executions end, and deletes the messages that started them. */
  readonly finishQueueMessage: RuleFunction;
}

/** Creates the functions over the tables that the environment names. @throws SettingsError */
export function createRuleFunctions(environment: Environment): RuleFunctions {
  const starting = ruleStartingFromEnvironment(environment);
  const { stackName = '' } = environment;
  const functionOf = (
    sender: string,
    handle: (event: unknown, own: RuleStarting, id: string) => Promise<void>,
  ): RuleFunction => {
    const source = createLog({ sender, stackName });
    return async (event, { awsRequestId: requestId }) => {
      const log: Log = withFields(source, { requestId });
      try {
        await handle(event, { ...starting, log }, requestId);
      } catch (error) {
        log.error('invocation failed', { error });
        throw error;
      }
    };
  };
  return {
    startScheduled: functionOf('startScheduled', (event, own, requestId) =>
      startScheduledWorkflow(event, requestId, own),
    ),
    startOfRecords: functionOf('startOfRecords', startWorkflowsOfRecords),
    logRecords: functionOf('logRecords', async (event, { log }) => logRecords(event, log)),
    pollQueues: functionOf('pollQueues', (event, own) => pollQueues(event, own)),
    finishQueueMessage: functionOf('finishQueueMessage', finishQueueMessage),
  };
}
