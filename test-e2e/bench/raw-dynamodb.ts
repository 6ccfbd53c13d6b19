import http from 'node:http';

/**
 * DynamoDB by plain HTTP with connections kept alive: no signature, no retries, nothing parsed. What a program has to
 * spend at the least. Local servers ask for the form of a signature and do not check it.
 */
export class RawDynamoDB {
  readonly #agent: http.Agent;
  readonly #endpoint: string;
  readonly #authorization: string;

  readonly #service: string;

  /**
   * @param connections open at once at the most
   * @param service as the header of requests names it; `DynamoDBStreams_20120810` for streams
   */
  constructor(connections: number, service = 'DynamoDB_20120810') {
    this.#service = service;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
    const { AWS_ENDPOINT_URL_DYNAMODB: endpoint, AWS_ACCESS_KEY_ID: key = 'local', AWS_REGION: region } = process.env;
    if (endpoint === undefined) throw new Error('AWS_ENDPOINT_URL_DYNAMODB is not set');
    this.#endpoint = endpoint;
    this.#authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
  }

  /** Sends a request and returns the pieces of its response's body as they came. */
  call(action: string, body: string | Buffer): Promise<readonly Buffer[]> {
    return new Promise((resolve, reject) => {
      const headers = {
        'x-amz-target': `${this.#service}.${action}`,
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        authorization: this.#authorization,
      };
      const request = http.request(this.#endpoint, { agent: this.#agent, method: 'POST', headers }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(pieces);
          else reject(new Error(`${action}: ${response.statusCode} ${Buffer.concat(pieces)}`));
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Runs the same work several times at once, until all have come to their end. */
export async function atOnce(count: number, work: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, work));
}
