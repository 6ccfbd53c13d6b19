// Compares a file with a played table by the built package, and prints what came of it. Its arguments are the folder for the file and
// what happens: see `HAPPENINGS`.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { createClient } from '@cumulus/dynamodb/aws';
import { verifyBackup } from '@cumulus/dynamodb/backup';

const PAGES = 24;
const ITEMS_OF_PAGE = 60;

/** Values that are read in more than one way. */
const VALUES = [
  '{"S":"line\\nbreak \\u2028 😀 \\u0000 \\/"}',
  '{"N":"12345678901234567890123456789012345678"}',
  '{"N":"-1.50E-130"}',
  '{"B":"AAE="}',
  '{"SS":["z","ü","a"]}',
  '{"NS":["10","9","1e-1"]}',
  '{"BS":["/w==","AA=="]}',
  '{"M":{"__proto__":{"S":"kept"},"a":{"L":[{"BOOL":true},{"NULL":true},{"M":{}}]}}}',
  `${'{"L":['.repeat(30)}${']}'.repeat(30)}`,
  `{"S":"${'long '.repeat(60_000)}"}`,
  '{ "S" : "with spaces" }',
];

const itemOf = (/** @type {number} */ number, value = VALUES[number % VALUES.length]) =>
  `{"id":{"S":"${number} ключ"},"value":${number % 17 === 0 ? value : (VALUES[number % 8] ?? '')},"more":{"N":"${number}.50"}}`;

/**
 * What happens: to the table's items, to the thread, to the command.
 * @type {{ [name: string]: { item?: (number: number) => string | undefined, onWorker?: (worker: import('node:worker_threads').Worker) => void, abort?: true } }}
 */
const HAPPENINGS = {
  nothing: {},
  changed: {
    item: (number) => itemOf(number, number === 1_003 ? '{"S":"changed"}' : undefined).replace('1003.50', '7'),
  },
  damaged: { item: (number) => (number === 1_003 ? '{"id":{"S":"x"},}' : itemOf(number)) },
  terminated: { onWorker: (worker) => worker.once('message', () => worker.terminate()) },
  'terminated at once': { onWorker: (worker) => worker.terminate() },
  'changed and terminated': {
    item: (number) => (number === 1_003 ? itemOf(1_004).replace('1004 ', '1003 ') : itemOf(number)),
    onWorker: (worker) => worker.once('message', () => worker.terminate()),
  },
  aborted: { abort: true },
};

const [folder = '', happening = '', secondThread] = process.argv.slice(2);
const { item = itemOf, onWorker, abort } = HAPPENINGS[happening] ?? {};

const description = {
  ...{ TableName: 'played', TableStatus: 'ACTIVE', CreationDateTime: 1_600_000_000, ItemCount: PAGES * ITEMS_OF_PAGE },
  ...{ TableSizeBytes: 4_000_000, TableId: 'played' },
  ...{ TableArn: 'arn:aws:dynamodb:us-east-1:000000000000:table/played', GlobalSecondaryIndexes: [] },
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
};

/** @param {{ Segment: number, TotalSegments: number, ExclusiveStartKey?: { id: { S: string } } }} scan */
function scanned({ Segment, TotalSegments, ExclusiveStartKey }) {
  // Pages of a segment are the first of `TotalSegments`, and so on.
  const page = ExclusiveStartKey === undefined ? Segment : Number.parseInt(ExclusiveStartKey.id.S, 10) + TotalSegments;
  const numbers = page < PAGES ? Array.from({ length: ITEMS_OF_PAGE }, (_, index) => page * ITEMS_OF_PAGE + index) : [];
  const last = page + TotalSegments < PAGES ? `,"LastEvaluatedKey":{"id":{"S":"${page}"}}` : '';
  return `{"Count":${numbers.length},"Items":[${numbers.map((number) => item(number)).join()}],"ScannedCount":${numbers.length}${last}}`;
}

const server = createServer(async (request, response) => {
  const [, action] = String(request.headers['x-amz-target']).split('.');
  const asked = JSON.parse((await buffer(request)).toString());
  const isKnown = action === 'Scan' || action === 'DescribeTable';
  const unknown = '{"__type":"com.amazonaws.dynamodb.v20120810#UnknownOperationException","message":""}';
  const answer = action === 'Scan' ? scanned(asked) : isKnown ? JSON.stringify({ Table: description }) : unknown;
  response.writeHead(isKnown ? 200 : 400, {
    'Content-Type': 'application/x-amz-json-1.0',
    'x-amz-crc32': String(crc32(answer)),
  });
  response.end(answer);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

const file = join(folder, `${happening} ${secondThread}.json`);
const numbers = Array.from({ length: PAGES * ITEMS_OF_PAGE }, (_, number) => number);
writeFileSync(file, numbers.map((number) => `${itemOf(number).replace('\\/', '/')}\n`).join(''));

/** @type {import('node:worker_threads').Worker[]} */
const workers = [];
let noted = 0;
process.on('worker', (worker) => {
  workers.push(worker);
  worker.on('message', () => {
    noted += 1;
  });
  onWorker?.(worker);
});

const client = createClient({
  region: 'us-east-1',
  endpoint: `http://127.0.0.1:${port}`,
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
});
const abortion = new AbortController();
const outcome = await verifyBackup({
  file,
  liveTable: { client, name: 'played' },
  secondThread: secondThread === 'true',
  abortSignal: abortion.signal,
  onProgress: ({ phase, items }) => {
    if (abort && phase === 'comparing' && items > 200) abortion.abort(new Error('enough'));
  },
}).then(
  ({ comparison }) => ({ comparison }),
  (error) => ({ error: { name: error.name, message: error.message } }),
);
const running = workers.filter(({ threadId }) => threadId >= 0).length;
process.stdout.write(JSON.stringify({ ...outcome, threads: workers.length, running, noted }));
client.destroy();
server.closeAllConnections();
server.close();
