import type { S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../../aws/client.ts';
import type { CheckpointFile } from '../../backup/checkpoint-file.ts';
import type { Folder, ReadingOptions } from '../folder.ts';
import { formatS3Url, parseS3Url, type S3Location, sibling } from '../s3-url.ts';
import type { StoredFile } from '../stored-file.ts';
import { S3Objects } from './objects.ts';
import { S3Checkpoint } from './s3-checkpoint.ts';
import { S3File } from './s3-file.ts';

/** @param url of the folder, without a slash at its end */
export async function openS3Folder(url: string, { s3 = createS3Client, abortSignal }: ReadingOptions): Promise<Folder> {
  return new S3Folder(await s3(), parseS3Url(url), abortSignal);
}

class S3Folder implements Folder {
  readonly name: string;
  readonly #client: S3Client;
  readonly #location: S3Location;
  readonly #abortSignal: AbortSignal | undefined;

  constructor(client: S3Client, location: S3Location, abortSignal: AbortSignal | undefined) {
    this.#client = client;
    this.#abortSignal = abortSignal;
    this.#location = location;
    this.name = formatS3Url(location).replace(/\/+$/, '');
  }

  nameOf(file: string): string {
    return formatS3Url(this.#locationOf(file));
  }

  async read(file: string): Promise<Buffer | undefined> {
    return (await new S3Objects(this.#client, this.#abortSignal).read(this.#locationOf(file)))?.content;
  }

  open(file: string): Promise<StoredFile> {
    return S3File.open(this.#client, this.#locationOf(file), this.#abortSignal);
  }

  checkpoint<State extends object>(file: string): CheckpointFile<State> {
    return new S3Checkpoint(new S3Objects(this.#client), this.#locationOf(file));
  }

  #locationOf(file: string): S3Location {
    const { key } = this.#location;
    return sibling(this.#location, key === '' ? file : `${key}/${file}`);
  }
}
