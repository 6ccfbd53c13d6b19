import { type S3Location, type S3Objects, StorageError } from '@cumulus/dynamodb/storage';
import { NotConfiguredError } from '../errors.ts';
import { askObjects } from './ask-objects.ts';
import type { AwsClients } from './clients.ts';

export interface SystemObjectsOptions {
  readonly clients: Pick<AwsClients, 's3'>;
  /** Undefined where the deployment has none. */
  readonly bucket: string | undefined;
  readonly stackName: string;
}

/** The objects of a deployment in its system bucket, under the name of its stack. */
export class SystemObjects {
  readonly #clients: Pick<AwsClients, 's3'>;
  readonly #bucket: string | undefined;
  readonly #stackName: string;

  constructor({ clients, bucket, stackName }: SystemObjectsOptions) {
    this.#clients = clients;
    this.#bucket = bucket;
    this.#stackName = stackName;
  }

  /** @param path the key after the stack's name @throws NotConfiguredError */
  at(path: string): S3Location {
    if (this.#bucket !== undefined) return { bucket: this.#bucket, key: `${this.#stackName}/${path}` };
    throw new NotConfiguredError('This deployment has no system bucket: the setting system_bucket is missing.');
  }

  /** @throws NotConfiguredError where the bucket does not exist; ServiceUnavailableError; what else S3 says */
  async ask<T>(ask: (objects: S3Objects) => Promise<T>): Promise<T> {
    try {
      return await askObjects(this.#clients, ask);
    } catch (error) {
      if (!(error instanceof StorageError && error.isBucketMissing)) throw error;
      const problem = `The bucket ${this.#bucket}, which the setting system_bucket names, does not exist.`;
      throw new NotConfiguredError(problem, [], error);
    }
  }
}
