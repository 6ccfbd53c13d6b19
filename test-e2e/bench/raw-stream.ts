// The floor of archiving a stream: it reads all that is there by one request after the other, and only counts it. Its
// argument is the table.
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { createClient, createStreamsClient } from '@cumulus/dynamodb/aws';
import { listShards } from '@cumulus/dynamodb/streams';
import { RawDynamoDB } from './raw-dynamodb.ts';

const [TableName = ''] = process.argv.slice(2);
const client = createClient();
const { Table } = await client.send(new DescribeTableCommand({ TableName }));
client.destroy();
const StreamArn = Table?.LatestStreamArn ?? '';
const streams = createStreamsClient();
const shards = await listShards(streams, StreamArn);
streams.destroy();

const dynamodb = new RawDynamoDB(1, 'DynamoDBStreams_20120810');
const call = async <Answer>(action: string, input: object): Promise<Answer> =>
  JSON.parse(Buffer.concat(await dynamodb.call(action, JSON.stringify(input))).toString()) as Answer;

interface Records {
  readonly Records: readonly object[];
  readonly NextShardIterator?: string;
}

const startedAt = performance.now();
let readAt = startedAt;
let changes = 0;
for (const { id } of shards) {
  const place = { StreamArn, ShardId: id, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await call<{ ShardIterator: string }>('GetShardIterator', place);
  for (let iterator: string | undefined = ShardIterator; iterator !== undefined; ) {
    const { Records, NextShardIterator }: Records = await call<Records>('GetRecords', { ShardIterator: iterator });
    if (Records.length === 0) break;
    changes += Records.length;
    readAt = performance.now();
    iterator = NextShardIterator;
  }
}
dynamodb.close();
process.stdout.write(JSON.stringify({ changes, seconds: (readAt - startedAt) / 1000 }));
