import { isDeepStrictEqual } from 'node:util';
import { parseObject } from '@cumulus/dynamodb/aws';
import type { S3Location } from '@cumulus/dynamodb/storage';
import type { Collection, CollectionKey } from '@cumulus/models/schemas';
import type { SystemObjects } from '../aws/system-objects.ts';
import { toJson } from '../json/to-json.ts';

/** What a collection's configuration is found by. */
export type ConfiguredCollection = CollectionKey & { readonly dataType?: unknown };

const FOLDER = 'collections/';

/** What only the table knows: configurations of earlier releases do not have it. */
const TIMES = ['createdAt', 'updatedAt'];

/**
 * The configurations of collections that workflows read: `STACK/collections/DATATYPE___VERSION.json` in the system bucket, a
 * collection's record each. Without a `dataType` it is the collection's name. So two collections may have one configuration
 * between them; then it is that of the one written last, and the other one's removal leaves it.
 */
export class CollectionConfigs {
  readonly #objects: SystemObjects;

  constructor(objects: SystemObjects) {
    this.#objects = objects;
  }

  /** Where a collection's configuration is. @throws NotConfiguredError */
  locationOf({ name, version, dataType }: ConfiguredCollection): S3Location {
    const type = typeof dataType === 'string' && dataType !== '' ? dataType : name;
    return this.#objects.at(`${FOLDER}${type}___${version}.json`);
  }

  /** Writes a collection's configuration in place of what is there. @throws as {@link SystemObjects.ask} */
  async write(collection: Collection): Promise<void> {
    const location = this.locationOf(collection);
    await this.#objects.ask((objects) => objects.put(location, toJson(collection)));
  }

  /** Removes a collection's configuration, unless what is there is another collection's. @throws as {@link SystemObjects.ask} */
  async remove(collection: ConfiguredCollection): Promise<void> {
    const location = this.locationOf(collection);
    await this.#objects.ask(async (objects) => {
      const config = parseConfig((await objects.read(location))?.content);
      if (config !== undefined && isOf(config, collection)) await objects.remove(location);
    });
  }

  /** How a collection's configuration compares with its record. @throws as {@link SystemObjects.ask} */
  async compare(collection: Collection): Promise<'missing' | 'same' | 'other'> {
    const location = this.locationOf(collection);
    const object = await this.#objects.ask((objects) => objects.read(location));
    if (object === undefined) return 'missing';
    const config = parseConfig(object.content);
    const isSame = config !== undefined && isDeepStrictEqual(untimed(config), untimed(JSON.parse(toJson(collection))));
    return isSame ? 'same' : 'other';
  }

  /** The keys of all configurations. @throws as {@link SystemObjects.ask} */
  async keys(): Promise<readonly string[]> {
    const folder = this.#objects.at(FOLDER);
    const found = await this.#objects.ask((objects) => objects.list(folder));
    return found.map(({ key }) => key).filter((key) => key.endsWith('.json'));
  }
}

type Config = { readonly [field: string]: unknown };

function parseConfig(content: Buffer | undefined): Config | undefined {
  return content && parseObject(content.toString('utf8'));
}

function isOf(config: Config, { name, version }: CollectionKey): boolean {
  return config['name'] === name && config['version'] === version;
}

function untimed(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([field]) => !TIMES.includes(field)));
}
