import { parseMessage, recordsOfMessage } from '@cumulus/models/messages';
import { payloadPlace, putPayloads } from '@cumulus/models/payloads';
import { recordMessage } from '@cumulus/models/recording';
import type { OwnBucket } from '@cumulus/test-kit';
import { client } from '@cumulus/test-kit/tables';

const DAY = 86_400_000;

/**
 * Records an execution of the deployment `prod` in the tests' DynamoDB, a hundred days old, with a payload that is too large for the table.
 * @param bucket the deployment's system bucket
 */
export async function recordLargeExecution(bucket: OwnBucket, number: number): Promise<void> {
  const time = Date.now() - 100 * DAY;
  const message = parseMessage({
    cumulus_meta: {
      execution_name: `run-${number}`,
      state_machine: 'arn:aws:states:us-east-1:123456789012:stateMachine:Ingest',
      workflow_start_time: time,
    },
    meta: { status: 'completed' },
    payload: { text: `${number}`.repeat(100_000) },
  });
  const records = recordsOfMessage(message, { time }, payloadPlace(bucket.name, 'prod'));
  await putPayloads(bucket.client, records.payloads);
  await recordMessage({ client, tableName: (name) => `prod-${name}` }, records);
}
