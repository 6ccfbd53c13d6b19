import { conditions, type Outcome, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { type NewProvider, type Provider, providerType } from '../schemas/provider.ts';
import type { Cipher } from '../secrets/cipher.ts';
import { CREDENTIAL_FIELDS, type Credentials, decryptCredentials, encryptCredentials } from '../secrets/credentials.ts';
import { migrateProviderRow } from '../secrets/earlier-rows.ts';
import { DELETION_MARK, deleteUnlessNamed } from './guarded-deletion.ts';
import { ignoreFailedMigration } from './ignore-failed-migration.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';
import type { RulesOf } from './rules.ts';

export interface ProvidersContext extends ModelContext {
  readonly cipher: Cipher;
  readonly rulesOf: RulesOf;
}

/**
 * Reads and writes providers. Their `username` and `password` are given in the clear and stored encrypted; what is read
 * has them encrypted, and {@link credentials} decrypts them. A provider that a rule names cannot be deleted.
 */
export class ProviderModel extends RecordModel<Provider, NewProvider, 'id'> {
  readonly #cipher: Cipher;
  readonly #rulesOf: RulesOf;

  constructor(context: ProvidersContext) {
    super(providerType, context);
    this.#cipher = context.cipher;
    this.#rulesOf = context.rulesOf;
  }

  /**
   * A provider's username and password in the clear, as far as it has them.
   * @throws RecordDoesNotExistError
   * @throws DecryptionError, NoCipherError, and the errors of a request to KMS
   */
  async credentials(key: Pick<Provider, 'id'>): Promise<Credentials> {
    return decryptCredentials(await this.get(key), this.#cipher);
  }

  /**
   * @throws AssociatedRulesError if rules name the provider, also one that is being written at this moment
   */
  override async delete(key: Pick<Provider, 'id'>): Promise<boolean> {
    const marked = { ...this.context, key: this.keyOf(key), recordType: 'provider' };
    return deleteUnlessNamed(marked, () => this.#rulesOf('provider', key.id));
  }

  /**
   * @throws AssociatedRulesError at the first provider that rules name; those before it are deleted
   */
  override async batchDelete(keys: readonly Pick<Provider, 'id'>[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  /** As for every record; `encrypted` is kept by the model, whatever is said of it. */
  override async updateFrom(
    key: Pick<Provider, 'id'>,
    changes: unknown,
    remove: readonly string[] = [],
  ): Promise<Provider> {
    return super.updateFrom(key, changes, withoutEncrypted(remove));
  }

  /** As for every record; credentials that are left out stay, unless `remove` names them. */
  override async replaceFrom(record: unknown, remove: readonly string[] = []): Promise<Provider> {
    return super.replaceFrom(record, withoutEncrypted(remove));
  }

  protected override get keptWhenLeftOut(): readonly string[] {
    return [...CREDENTIAL_FIELDS, 'encrypted'];
  }

  protected override get sealedFields(): readonly string[] {
    return CREDENTIAL_FIELDS;
  }

  protected override async seal(fields: PlainItem): Promise<PlainItem> {
    const { encrypted: _, ...others } = fields;
    const given = CREDENTIAL_FIELDS.filter((field) => typeof fields[field] === 'string');
    if (given.length === 0) return others;
    const plain = Object.fromEntries(given.map((field) => [field, fields[field] as string]));
    return { ...others, ...(await encryptCredentials(plain, this.#cipher)) };
  }

  /** Encrypts credentials that an earlier release stored in the clear, unless someone writes them at the same time. */
  protected override async unseal(item: PlainItem): Promise<Provider> {
    const migrated = await migrateProviderRow(item, this.#cipher).catch(ignoreFailedMigration);
    const outcome = migrated && (await this.#store(item, migrated).catch(ignoreFailedMigration));
    // The reader gets what is stored: otherwise it would not be recognised when it is written back.
    if (outcome?.done === false && outcome.present !== undefined) return this.unseal(outcome.present);
    const { [DELETION_MARK]: _, ...provider } = (outcome && migrated) ?? item;
    return super.unseal(provider);
  }

  /** Stores encrypted credentials, unless others have been stored meanwhile. */
  async #store(item: PlainItem, { username, password, encrypted }: PlainItem): Promise<Outcome> {
    return writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: this.keyOf(item),
      changes: { set: { username, password, encrypted } },
      conditions: [...CREDENTIAL_FIELDS, 'encrypted'].map((field) => conditions.equals(field, item[field])),
    });
  }
}

function withoutEncrypted(fields: readonly string[]): readonly string[] {
  return fields.filter((field) => field !== 'encrypted');
}
