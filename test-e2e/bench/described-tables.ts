import { once } from 'node:events';
import http, { type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { RawDynamoDB } from './raw-dynamodb.ts';

/** What changes a table's description at once; that of its items and size may be old. */
const CHANGES = new Set(['CreateTable', 'DeleteTable', 'UpdateTable']);

interface Description {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Stands before DynamoDB Local, and answers DescribeTable with what it was last. DynamoDB counts a table's items and bytes
 * about every six hours, DynamoDB Local counts them for each DescribeTable: with millions of items that takes minutes.
 */
export class DescribedTables {
  url = '';
  readonly #endpoint: string;
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #server = http.createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  readonly #descriptions = new Map<string, Promise<Description>>();

  private constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  static async start(endpoint: string): Promise<DescribedTables> {
    const described = new DescribedTables(endpoint);
    described.#server.listen(0, '127.0.0.1');
    await once(described.#server, 'listening');
    described.url = `http://127.0.0.1:${(described.#server.address() as AddressInfo).port}`;
    return described;
  }

  /** Has a table counted, however long that takes. */
  async count(table: string): Promise<void> {
    this.#descriptions.delete(table);
    const raw = new RawDynamoDB(1);
    await raw.call('DescribeTable', JSON.stringify({ TableName: table }));
    raw.close();
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const action = String(request.headers['x-amz-target']).replace(/.*\./, '');
    if (action !== 'DescribeTable' && !CHANGES.has(action)) {
      const passed = this.#passed(request, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        pipeline(answer, response, () => undefined);
      });
      passed.on('error', () => response.destroy());
      pipeline(request, passed, () => undefined);
      return;
    }
    const body = await buffer(request);
    const { TableName: table } = JSON.parse(body.toString()) as { readonly TableName: string };
    if (action !== 'DescribeTable') this.#descriptions.delete(table);
    const known = this.#descriptions.get(table) ?? this.#ask(request, body);
    if (action === 'DescribeTable') this.#descriptions.set(table, known);
    const description = await known;
    if (description.status !== 200 || !isActive(description)) this.#descriptions.delete(table);
    response.writeHead(description.status, description.headers).end(description.body);
  }

  async #ask(request: http.IncomingMessage, body: Buffer): Promise<Description> {
    const asked = this.#passed(request).end(body);
    const [answer] = (await once(asked, 'response')) as [http.IncomingMessage];
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await buffer(answer) };
  }

  #passed(
    { method, headers }: http.IncomingMessage,
    take?: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    return http.request(this.#endpoint, { method, headers, agent: this.#agent }, take);
  }
}

function isActive({ body }: Description): boolean {
  const { Table } = JSON.parse(body.toString()) as { readonly Table?: { readonly TableStatus: string } };
  return Table?.TableStatus === 'ACTIVE';
}
