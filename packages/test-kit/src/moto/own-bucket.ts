import type { S3 } from '@aws-sdk/client-s3';
import { beforeAll } from '@jest/globals';
import type { OwnMoto } from './own-moto.ts';

/** An object as it was at some time. */
export interface StoredObject {
  readonly key: string;
  readonly content: Buffer;
  readonly metadata: Record<string, string>;
  /** Of its content, as a MIME type. */
  readonly type?: string | undefined;
}

/** A bucket of moto's, and quick looks into it. */
export class OwnBucket {
  readonly name: string;
  readonly #moto: OwnMoto;

  constructor(moto: OwnMoto, name: string) {
    this.#moto = moto;
    this.name = name;
  }

  get client(): S3 {
    return this.#moto.s3;
  }

  /** The environment variables by which a command asks the tests' DynamoDB, but moto's S3. */
  get environment(): NodeJS.ProcessEnv {
    return { AWS_ENDPOINT_URL_S3: this.#moto.endpoint };
  }

  /** The access of the library to this S3. */
  get s3(): () => Promise<S3> {
    return async () => this.client;
  }

  url(key: string): string {
    return `s3://${this.name}/${key}`;
  }

  async create(): Promise<void> {
    await this.client.createBucket({ Bucket: this.name });
  }

  async keys(prefix = ''): Promise<string[]> {
    const { Contents = [] } = await this.client.listObjectsV2({ Bucket: this.name, Prefix: prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async read(key: string): Promise<StoredObject> {
    const { Body, Metadata = {}, ContentType: type } = await this.client.getObject({ Bucket: this.name, Key: key });
    return { key, content: Buffer.from((await Body?.transformToByteArray()) ?? []), metadata: Metadata, type };
  }

  async etag(key: string): Promise<string | undefined> {
    return (await this.client.headObject({ Bucket: this.name, Key: key })).ETag;
  }

  async put(key: string, content: Buffer | string, metadata: Record<string, string> = {}): Promise<void> {
    await this.client.putObject({ Bucket: this.name, Key: key, Body: content, Metadata: metadata });
  }

  async remove(key: string): Promise<void> {
    await this.client.deleteObject({ Bucket: this.name, Key: key });
  }

  async all(prefix: string): Promise<StoredObject[]> {
    return Promise.all((await this.keys(prefix)).map((key) => this.read(key)));
  }

  /** Makes what is under a prefix what it was. */
  async reset(prefix: string, objects: readonly StoredObject[]): Promise<void> {
    for (const key of await this.keys(prefix)) await this.remove(key);
    for (const { key, content, metadata } of objects) await this.put(key, content, metadata);
  }

  /** How many uploads were begun, and neither completed nor aborted. */
  async openUploads(): Promise<number> {
    const { Uploads = [] } = await this.client.listMultipartUploads({ Bucket: this.name });
    return Uploads.length;
  }
}

/** A bucket for the tests of the describe block that calls this. */
export function ownBucket(moto: OwnMoto, name = 'recovery-tests'): OwnBucket {
  const bucket = new OwnBucket(moto, name);
  beforeAll(() => bucket.create());
  return bucket;
}
