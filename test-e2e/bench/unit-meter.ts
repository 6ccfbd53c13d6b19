import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before DynamoDB Local, and adds up the read units of what passes. */
export class UnitMeter {
  readUnits = 0;
  url = '';
  readonly #agent = new http.Agent({ keepAlive: true });
  readonly #server = http.createServer((request, response) => this.#pass(request, response));

  static async start(): Promise<UnitMeter> {
    const meter = new UnitMeter();
    meter.#server.listen(0, '127.0.0.1');
    await once(meter.#server, 'listening');
    meter.url = `http://127.0.0.1:${(meter.#server.address() as AddressInfo).port}`;
    return meter;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = JSON.stringify({ ...JSON.parse(Buffer.concat(pieces).toString()), ReturnConsumedCapacity: 'TOTAL' });
    const { method, headers } = request;
    const passed = http.request(process.env['AWS_ENDPOINT_URL_DYNAMODB'] ?? '', {
      ...{ method, agent: this.#agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
    });
    passed.on('response', async (answer) => {
      const answered: Buffer[] = [];
      for await (const piece of answer) answered.push(piece as Buffer);
      const whole = Buffer.concat(answered);
      for (const [, units] of whole.toString().matchAll(/"CapacityUnits":([\d.]+)/g)) this.readUnits += Number(units);
      response.writeHead(answer.statusCode ?? 500, answer.headers).end(whole);
    });
    passed.on('error', () => response.destroy());
    passed.end(body);
  }
}
