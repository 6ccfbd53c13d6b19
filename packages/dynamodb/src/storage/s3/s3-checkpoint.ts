import { AccessDeniedError } from '../../aws/errors.ts';
import { type CheckpointFile, formatCheckpoint, parseCheckpoint } from '../../backup/checkpoint-file.ts';
import type { S3Location } from '../s3-url.ts';
import type { S3Objects } from './objects.ts';

/** A checkpoint in an object. */
export class S3Checkpoint<State extends object> implements CheckpointFile<State> {
  readonly #objects: S3Objects;
  readonly #location: S3Location;

  constructor(objects: S3Objects, location: S3Location) {
    this.#objects = objects;
    this.#location = location;
  }

  async load(): Promise<State | undefined> {
    try {
      const read = await this.#objects.read(this.#location);
      return read === undefined ? undefined : parseCheckpoint<State>(read.content.toString('utf8'));
    } catch (error) {
      // S3 says so of an object that does not exist, to those who may not list the bucket.
      if (error instanceof AccessDeniedError) return undefined;
      throw error;
    }
  }

  async save(state: State): Promise<void> {
    await this.#objects.put(this.#location, formatCheckpoint(state));
  }

  async remove(): Promise<void> {
    await this.#objects.remove(this.#location);
  }
}
