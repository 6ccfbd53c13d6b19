// The reads of the API's two commonest requests by the SDK alone, behind Node's own HTTP server: what they cost at the least.
// Arguments: the granules' table, the port. Prints a line when it listens.
import { createServer } from 'node:http';
import { BatchGetItemCommand, DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

const [, , TableName = '', port = ''] = process.argv;
const client = new DynamoDBClient({});

async function newest(Limit: number): Promise<readonly unknown[]> {
  const pages = await Promise.all(
    ['running', 'completed', 'failed'].map((status) =>
      client.send(
        new QueryCommand({
          TableName,
          IndexName: 'status-timestamp-index',
          KeyConditionExpression: '#s = :s',
          ExpressionAttributeNames: { '#s': 'status' },
          ExpressionAttributeValues: { ':s': { S: status } },
          ScanIndexForward: false,
          Limit,
        }),
      ),
    ),
  );
  const entries = pages
    .flatMap(({ Items = [] }) => Items)
    .sort((a, b) => Number(b['timestamp']?.N) - Number(a['timestamp']?.N));
  const Keys = entries.slice(0, Limit).map(({ granuleId }) => ({ granuleId: granuleId ?? { S: '' } }));
  const { Responses = {} } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
  return (Responses[TableName] ?? []).map((item) => unmarshall(item));
}

async function one(granuleId: string): Promise<unknown> {
  const key = { granuleId: { S: granuleId } };
  const { Item = {} } = await client.send(new GetItemCommand({ TableName, Key: key, ConsistentRead: true }));
  return unmarshall(Item);
}

createServer(async (request, response) => {
  const [, , id] = (request.url ?? '').split(/[/?]/);
  const answer = id?.startsWith('limit') ? { results: await newest(10) } : await one(decodeURIComponent(id ?? ''));
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('listening\n'));
