import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentialIdentity } from '@smithy/types';

/** What a signature of AWS, version 4, is made of besides the key. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** By their names in small letters; `x-amz-date` says when. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SHA-256 of the body, in hexadecimal. */
  readonly bodyHash: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), /;

/**
 * Signs requests to one service of one region as the SDK does, in a quarter of the time: for requests without a query,
 * whose headers have no blanks that signing would leave out.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class Signature {
  readonly #region: string;
  readonly #service: string;
  /** The names of the headers that are signed, in their order. */
  readonly #signedHeaders: readonly string[];
  /** The key of a day, and what it was made of. */
  #key: { readonly secret: string; readonly day: string; readonly bytes: Buffer } | undefined;

  private constructor(region: string, service: string, signedHeaders: readonly string[]) {
    this.#region = region;
    this.#service = service;
    this.#signedHeaders = signedHeaders;
  }

  /** Signs like a request with this header `authorization`; undefined for another kind of signature. */
  static like(authorization: string): Signature | undefined {
    const [, region, service, headers] = AUTHORIZATION.exec(authorization) ?? [];
    if (region === undefined || service === undefined || headers === undefined) return undefined;
    return new Signature(region, service, headers.split(';'));
  }

  /** The header `authorization` of a request. */
  authorization(
    { method, path, headers, bodyHash }: SignedRequest,
    { accessKeyId, secretAccessKey }: AwsCredentialIdentity,
  ): string {
    const time = headers['x-amz-date'] ?? '';
    const day = time.slice(0, 8);
    const names = this.#signedHeaders.join(';');
    const values = this.#signedHeaders.map((name) => `${name}:${headers[name]}\n`).join('');
    const request = `${method}\n${path}\n\n${values}\n${names}\n${bodyHash}`;
    const scope = `${day}/${this.#region}/${this.#service}/aws4_request`;
    const signature = createHmac('sha256', this.#keyOf(secretAccessKey, day))
      .update(`${ALGORITHM}\n${time}\n${scope}\n${sha256(request)}`)
      .digest('hex');
    return `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  }

  #keyOf(secret: string, day: string): Buffer {
    if (this.#key?.secret !== secret || this.#key.day !== day) {
      const parts = [day, this.#region, this.#service, 'aws4_request'];
      const bytes = parts.reduce(
        (key, part) => createHmac('sha256', key).update(part).digest(),
        Buffer.from(`AWS4${secret}`),
      );
      this.#key = { secret, day, bytes };
    }
    return this.#key.bytes;
  }
}

/** The SHA-256 of data, in hexadecimal. */
export function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
