import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { writeAndReturnItem } from './condition-failure.ts';
import { type Answer, type Ask, Engine, type RawAnswer } from './engine.ts';
import { transactGet } from './transact-get.ts';
import { TransactWrite } from './transact-write.ts';

type Operation = (ask: Ask, input: Readonly<Record<string, unknown>>) => Promise<Answer>;

/**
 * What dynalite lacks, in front of it: transactions, and the item that stood in the way of a single conditional write. All
 * else goes through as it comes. One request is answered after the other, so that nothing sees half of a transaction.
 */
export function createFront(endpoint: string): Server {
  const engine = new Engine(endpoint);
  const transactions = new TransactWrite();
  const operations: Readonly<Record<string, Operation>> = {
    TransactWriteItems: (ask, input) => transactions.run(ask, input),
    TransactGetItems: transactGet,
    PutItem: (ask, input) => writeAndReturnItem(ask, 'PutItem', input),
    UpdateItem: (ask, input) => writeAndReturnItem(ask, 'UpdateItem', input),
    DeleteItem: (ask, input) => writeAndReturnItem(ask, 'DeleteItem', input),
  };
  let last: Promise<unknown> = Promise.resolve();

  const answerTo = async (request: IncomingMessage, body: Buffer): Promise<RawAnswer> => {
    const operation = operations[String(request.headers['x-amz-target']).split('.')[1] ?? ''];
    const input = operation === undefined ? undefined : parse(body);
    if (operation === undefined || input === undefined) return engine.send(request.method, request.headers, body);
    return rawAnswer(await operation(engine.asker(request.headers), input));
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const answer = last.then(() => answerTo(request, body));
    last = answer.catch(() => undefined);
    const { status, headers, body: bytes } = await answer;
    response.writeHead(status, headers).end(bytes);
  };

  const server = createServer((request, response) => {
    // A client that has gone away needs no answer, and one whose answer failed learns it by the connection's end.
    serve(request, response).catch(() => response.destroy());
  });
  server.once('close', () => engine.close());
  return server;
}

/** Undefined if it is not a JSON object; dynalite responds to that by itself. */
function parse(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const input: unknown = JSON.parse(body.toString());
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : undefined;
  } catch {
    return undefined;
  }
}

function rawAnswer({ status, body }: Answer): RawAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(bytes.length),
    'x-amz-crc32': String(crc32(bytes)),
  };
  return { status, headers, body: bytes };
}
