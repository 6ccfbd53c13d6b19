import { formatS3Url, type S3Location } from '@cumulus/dynamodb/storage';
import type { SystemObjects } from '../aws/system-objects.ts';
import { parseJson, toJson } from '../json/to-json.ts';

/** The objects of one operation in S3: `STACK/async-operations/ID/…` in the system bucket. What it was given lies there, too. */
export class OperationFolder {
  readonly #objects: SystemObjects;
  readonly #path: string;

  constructor(objects: SystemObjects, id: string) {
    this.#objects = objects;
    this.#path = `async-operations/${id}/`;
  }

  /** Its address, `s3://bucket/stack/async-operations/id/`. @throws NotConfiguredError where there is no system bucket */
  get url(): string {
    return formatS3Url(this.#at(''));
  }

  /** The object of this name, which is JSON; undefined where there is none. @throws as {@link SystemObjects.ask} does */
  async read(name: string): Promise<unknown> {
    const location = this.#at(name);
    const object = await this.#objects.ask((objects) => objects.read(location));
    return object === undefined ? undefined : parseJson(object.content.toString('utf8'));
  }

  /** Writes an object in place of what is there. @throws as {@link SystemObjects.ask} does */
  async write(name: string, value: unknown): Promise<void> {
    const location = this.#at(name);
    await this.#objects.ask((objects) => objects.put(location, toJson(value)));
  }

  /** The names of the objects whose names begin like this, in their order. @throws as {@link SystemObjects.ask} does */
  async list(beginning: string): Promise<readonly string[]> {
    const begin = this.#at(beginning);
    const found = await this.#objects.ask((objects) => objects.list(begin, { nested: true }));
    return found.map(({ key }) => key.slice(this.#at('').key.length)).sort();
  }

  #at(name: string): S3Location {
    return this.#objects.at(`${this.#path}${name}`);
  }
}
