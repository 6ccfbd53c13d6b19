import { forEachAtOnce, isObject } from '@cumulus/dynamodb/aws';
import { parseJson } from '../json/to-json.ts';
import { executionIdOf } from '../workflows/execution-id.ts';
import {
  collectionIn,
  enabledRules,
  isOfCollection,
  type Message,
  messageIn,
  withCollection,
} from './applicable-rules.ts';
import { InvalidRuleEventError } from './errors.ts';
import type { RuleStarting } from './rule-starting.ts';

/** Records that start workflows at once. */
const CONCURRENCY = 10;

/**
 * Starts the workflows of all rules that a batch of records of a stream, or a message of a topic, is for. A record of a stream that
 * starts nothing goes to the topic for those, whose messages are tried once more; if that fails too, the batch comes again.
 * @throws the first error of a record that has to come again
 */
export async function startWorkflowsOfRecords(invocation: unknown, starting: RuleStarting): Promise<void> {
  const records = isObject(invocation) ? invocation['Records'] : undefined;
  if (!Array.isArray(records)) throw new InvalidRuleEventError('The event has no Records, and starts no workflow.');
  const failures: unknown[] = [];
  await forEachAtOnce(records, CONCURRENCY, undefined, (record) =>
    handle(record, starting).catch((error: unknown) => void failures.push(error)),
  );
  if (failures.length > 0) throw failures[0];
}

async function handle(record: unknown, starting: RuleStarting): Promise<void> {
  const isOfStream = isObject(record) && record['eventSource'] === 'aws:kinesis';
  try {
    await startWorkflowsOf(deliveryOf(record), starting);
  } catch (error) {
    starting.log.error('record started no workflow', { ...subjectOf(record), error });
    if (!isOfStream || starting.fallbackTopicArn === undefined) throw error;
    await publish(record, starting.fallbackTopicArn, starting, error);
  }
}

interface Delivery {
  readonly type: 'kinesis' | 'sns';
  /** The ARN of the stream or topic. */
  readonly source: string;
  /** What only this record has, however often it is delivered. */
  readonly id: string;
  readonly message: Message;
}

async function startWorkflowsOf(
  { type, source, id, message }: Delivery,
  { models, workflows, log }: RuleStarting,
): Promise<void> {
  const collection = collectionIn(message);
  if (type === 'kinesis' && collection.name === undefined)
    throw new InvalidRuleEventError('The record names no collection, and starts no workflow.');
  const rules = (await enabledRules(models, type)).filter(
    (rule) => rule.rule.value === source && isOfCollection(rule, collection),
  );
  for (const rule of rules) {
    const meta = { ...rule.meta, ...(type === 'sns' ? { snsSourceArn: source } : {}) };
    const executionId = executionIdOf(type, source, id, rule.name);
    await workflows.startRule(withCollection(rule, collection), { payload: message, meta, executionId });
  }
  log.info('workflows started by a record', { rules: rules.map(({ name }) => name), source });
}

/** @throws InvalidRuleEventError */
function deliveryOf(record: unknown): Delivery {
  if (!isObject(record)) throw new InvalidRuleEventError('A record is no object, and starts no workflow.');
  if (record['eventSource'] === 'aws:kinesis') return ofStream(record as unknown as StreamRecord);
  if (record['EventSource'] !== 'aws:sns')
    throw new InvalidRuleEventError(
      `A record of ${record['eventSource'] ?? record['EventSource']} starts no workflow.`,
    );
  const { Message: text, TopicArn: source, MessageId: id } = (record as unknown as TopicRecord).Sns;
  const message = messageIn(text, parseJson);
  // A record of a stream that started nothing before.
  return isObject(message['kinesis'])
    ? ofStream(message as unknown as StreamRecord)
    : { type: 'sns', source, id, message };
}

function ofStream({ kinesis, eventSourceARN: source }: StreamRecord): Delivery {
  const message = messageIn(Buffer.from(kinesis.data, 'base64').toString(), parseJson);
  return { type: 'kinesis', source, id: kinesis.sequenceNumber, message };
}

interface StreamRecord {
  readonly eventSourceARN: string;
  readonly kinesis: { readonly data: string; readonly sequenceNumber: string };
}

interface TopicRecord {
  readonly Sns: { readonly Message: string; readonly TopicArn: string; readonly MessageId: string };
}

/** @throws the error that made it necessary, if it fails too */
async function publish(
  record: unknown,
  TopicArn: string,
  { clients, log }: RuleStarting,
  cause: unknown,
): Promise<void> {
  const { PublishCommand } = await import('@aws-sdk/client-sns');
  try {
    await (await clients.sns()).send(new PublishCommand({ TopicArn, Message: JSON.stringify(record) }));
  } catch (error) {
    log.error('record not sent to the fallback topic', { ...subjectOf(record), error });
    throw cause;
  }
}

/** What a record is, for the log; it need not be valid. */
function subjectOf(record: unknown): object {
  const {
    eventID,
    eventSourceARN: source,
    Sns,
  } = (isObject(record) ? record : {}) as Partial<StreamRecord & TopicRecord> & {
    readonly eventID?: string;
  };
  return { eventID, source: source ?? Sns?.TopicArn, messageId: Sns?.MessageId };
}
