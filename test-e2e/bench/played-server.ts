import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';

/** What a played service answers. */
export interface PlayedAnswer {
  /** 200 unless given. */
  readonly status?: number;
  /** The MIME type of the body; that of DynamoDB unless given. */
  readonly type?: string;
  readonly body: Buffer;
}

/** A service of AWS that the benchmark plays on this machine: what `answer` says, with the checksum that DynamoDB sends. */
export class PlayedServer {
  readonly #server: Server;

  constructor(answer: (request: IncomingMessage) => Promise<PlayedAnswer>) {
    this.#server = createServer((request, response) => {
      answer(request).then(
        ({ status = 200, type = 'application/x-amz-json-1.0', body }) =>
          response.writeHead(status, { 'Content-Type': type, 'x-amz-crc32': String(crc32(body)) }).end(body),
        () => response.destroy(),
      );
    });
  }

  /** @returns its address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
