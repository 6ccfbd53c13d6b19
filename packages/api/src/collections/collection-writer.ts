import { type Models, RecordAlreadyExistsError } from '@cumulus/models';
import type { Collection, CollectionKey } from '@cumulus/models/schemas';
import { toJson } from '../json/to-json.ts';
import type { CollectionConfigs, ConfiguredCollection } from './collection-configs.ts';

type Body = { readonly [field: string]: unknown };

/**
 * Writes collections where workflows find them: the record in the table, and the configuration in S3.
 *
 * The table is the truth. After each write the configuration is made what the record says, until the record is no longer
 * another one ({@link settle}): so of writers at the same time the last one wins in both places. What a crash or a failure leaves is mended
 * by the same request: what is removed is removed from S3 first, while the record still says where it is; what is written is
 * written to the table first, and a request that finds its record there writes the configuration again.
 */
export class CollectionWriter {
  readonly #collections: Models['collections'];
  readonly #configs: CollectionConfigs | undefined;

  /** @param configs undefined for a deployment without workflows, on this machine */
  constructor(collections: Models['collections'], configs: CollectionConfigs | undefined) {
    this.#collections = collections;
    this.#configs = configs;
  }

  /**
   * Creates a collection. One whose configuration cannot be written is not kept, so that the request can be sent again.
   * @throws RecordAlreadyExistsError, SchemaValidationError; NotConfiguredError, ServiceUnavailableError
   */
  async create(body: Body & CollectionKey): Promise<Collection> {
    this.#configs?.locationOf(body);
    const { name, version } = body;
    try {
      const record = await this.#collections.createFrom(body);
      return await this.#settleOrUndo(record);
    } catch (error) {
      // An earlier request may have been interrupted.
      if (error instanceof RecordAlreadyExistsError) await this.settle({ name, version });
      throw error;
    }
  }

  /** Replaces a collection. @throws RecordDoesNotExistError; else as {@link create} */
  async replace(body: Body & CollectionKey): Promise<Collection> {
    const configs = this.#configs;
    if (configs === undefined) return this.#collections.replaceFrom(body);
    const { name, version } = body;
    const place = configs.locationOf(body).key;
    const before = await this.#collections.find({ name, version });
    const leaves = before !== undefined && configs.locationOf(before).key !== place ? before : undefined;
    if (leaves !== undefined) await configs.remove(leaves);
    let record: Collection;
    try {
      record = await this.#collections.replaceFrom(body);
    } catch (error) {
      if (leaves !== undefined) await this.settle({ name, version });
      throw error;
    }
    return (await this.settle(record)) ?? record;
  }

  /**
   * Deletes a collection that no rule names. One that cannot be deleted keeps its configuration, as far as S3 can be asked.
   * @returns whether there was one
   * @throws AssociatedRulesError; NotConfiguredError, ServiceUnavailableError: then it is still there
   */
  async delete({ name, version }: CollectionKey): Promise<boolean> {
    const configs = this.#configs;
    if (configs === undefined) return this.#collections.delete({ name, version });
    const known: ConfiguredCollection[] = [{ name, version }];
    let isGone: boolean;
    try {
      isGone = await this.#collections.delete({ name, version }, async () => {
        const record = await this.#collections.find({ name, version });
        if (record === undefined) return;
        known.push(record);
        await configs.remove(record);
      });
    } catch (error) {
      // It is still there, so that workflows have to find it. A rule may name it by now, so that nobody deletes it again.
      if (known.length > 1) await this.settle({ name, version }).catch(() => undefined);
      throw error;
    }
    await this.settle({ name, version }, known);
    return isGone;
  }

  /**
   * Makes the configuration of a collection what its record says.
   * @param known what configurations the collection may have had; they are removed unless they are the record's
   * @returns the record; undefined where there is none
   */
  async settle(
    { name, version }: CollectionKey,
    known: readonly ConfiguredCollection[] = [],
  ): Promise<Collection | undefined> {
    const configs = this.#configs;
    const written = [...known];
    for (let record = await this.#collections.find({ name, version }); ; ) {
      if (configs === undefined) return record;
      const place = record === undefined ? undefined : configs.locationOf(record).key;
      for (const other of written) if (configs.locationOf(other).key !== place) await configs.remove(other);
      if (record !== undefined) {
        await configs.write(record);
        written.push(record);
      }
      const now = await this.#collections.find({ name, version });
      if (toJson(now ?? null) === toJson(record ?? null)) return record;
      record = now;
    }
  }

  async #settleOrUndo(record: Collection): Promise<Collection> {
    try {
      return (await this.settle(record)) ?? record;
    } catch (error) {
      const { name, version } = record;
      // A rule may name it by now: then it stays, and the next request for it writes its configuration.
      await this.#configs?.remove(record).catch(() => undefined);
      await this.#collections.delete({ name, version }).catch(() => undefined);
      throw error;
    }
  }
}
