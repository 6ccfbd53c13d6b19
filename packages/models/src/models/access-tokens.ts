import { isObject } from '@cumulus/dynamodb/aws';
import { conditions, type PlainItem, writeIf, writeTogether } from '@cumulus/dynamodb/items';
import { RecordDoesNotExistError, SchemaValidationError } from '../errors.ts';
import { type AccessToken, accessTokenType, type NewAccessToken } from '../schemas/access-token.ts';
import { canBeKey, MAX_HASH_KEY_BYTES } from '../schemas/fields.ts';
import type { Cipher } from '../secrets/cipher.ts';
import { migrateAccessTokenRow } from '../secrets/earlier-rows.ts';
import { expirationInSeconds } from '../secrets/expiration-time.ts';
import { earlierKeyOfToken, hashToken, isHashedToken } from '../secrets/token-hash.ts';
import { ignoreFailedMigration } from './ignore-failed-migration.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

export interface AccessTokensContext extends ModelContext {
  readonly cipher: Cipher;
}

type TokenKey = Pick<AccessToken, 'accessToken'>;

/**
 * Reads and writes access tokens, for logins. A token is given as its bearer has it; only its hash is stored and read. A
 * refresh token is stored encrypted, and {@link refreshToken} decrypts it. `expirationTime` is in seconds since 1970;
 * DynamoDB removes the record some time after it.
 */
export class AccessTokenModel {
  readonly #rows: TokenRows;
  readonly #now: () => number;

  constructor(context: AccessTokensContext) {
    this.#rows = new TokenRows(context);
    this.#now = context.now;
  }

  /** The physical name of the table. */
  get table(): string {
    return this.#rows.table;
  }

  /**
   * Writes a new token.
   * @throws SchemaValidationError with all that is wrong
   * @throws RecordAlreadyExistsError if there is such a token; it stays as it is
   */
  async create(record: NewAccessToken): Promise<AccessToken> {
    const hashed = { ...record, ...hashedKey(record) };
    await this.find(record);
    return this.#rows.create(hashed);
  }

  /** Reads a token's record; undefined if there is none. */
  async find(key: TokenKey): Promise<AccessToken | undefined> {
    return this.#rows.findEither(hashedKey(key).accessToken, earlierKeyOfToken(key.accessToken));
  }

  /** @throws RecordDoesNotExistError */
  async get(key: TokenKey): Promise<AccessToken> {
    const record = await this.find(key);
    if (record === undefined) throw new RecordDoesNotExistError(accessTokenType.name, hashedKey(key));
    return record;
  }

  async exists(key: TokenKey): Promise<boolean> {
    return (await this.find(key)) !== undefined;
  }

  /** Whether there is such a token and it has not expired: DynamoDB removes a record up to days after that. */
  async isValid(key: TokenKey): Promise<boolean> {
    return (await this.findValid(key)) !== undefined;
  }

  /**
   * Reads a token's record like {@link find}; undefined also if it has expired.
   * @param whereUnknown when it expires if its record does not say so, as those of earlier releases may not; in seconds since
   * 1970. Without it such a token counts as expired
   */
  async findValid(key: TokenKey, whereUnknown?: number): Promise<AccessToken | undefined> {
    const record = await this.find(key);
    const expirationTime = record?.expirationTime ?? whereUnknown;
    if (record === undefined || expirationTime === undefined) return undefined;
    return expirationInSeconds(expirationTime) * 1000 > this.#now() ? record : undefined;
  }

  /**
   * The refresh token that came with an access token, in the clear; undefined if there was none.
   * @throws RecordDoesNotExistError
   * @throws DecryptionError, NoCipherError, and the errors of a request to KMS
   */
  async refreshToken(key: TokenKey): Promise<string | undefined> {
    const { refreshToken } = await this.get(key);
    return refreshToken === undefined ? undefined : this.#rows.cipher.decrypt(refreshToken);
  }

  /**
   * Writes a record over the one of the same token. A refresh token that is given as it was read stays.
   * @throws SchemaValidationError, RecordDoesNotExistError
   * @throws NoCipherError, and the errors of a request to KMS, for a row of an earlier release that cannot be migrated
   */
  async replace(record: NewAccessToken): Promise<AccessToken> {
    const hashed = { ...record, ...hashedKey(record) };
    const found = await this.find(record);
    // A row that could not be read without a key cannot be written either.
    if (found !== undefined && !isHashedToken(found.accessToken)) await migrateAccessTokenRow(found, this.#rows.cipher);
    return this.#rows.replace(hashed);
  }

  /** Deletes a token. @returns whether there was one */
  async delete(key: TokenKey): Promise<boolean> {
    const hashed = hashedKey(key);
    const earlier = earlierKeyOfToken(key.accessToken);
    // In this order, since a migration at the same time moves the row from the one key to the other.
    const wasEarlier = earlier !== undefined && (await this.#rows.delete({ accessToken: earlier }));
    return (await this.#rows.delete(hashed)) || wasEarlier;
  }
}

/** A token's key in the table. @throws SchemaValidationError, which does not show it, if it cannot be one */
function hashedKey(key: TokenKey): TokenKey {
  const token: unknown = isObject(key) ? key['accessToken'] : undefined;
  if (canBeKey(token)) return { accessToken: hashToken(token) };
  const message = `is part of the key: a text that is not empty and not longer than ${MAX_HASH_KEY_BYTES} bytes`;
  throw new SchemaValidationError(accessTokenType.name, {}, [{ path: 'accessToken', message }]);
}

/** The table's rows, by their keys: hashes, and in rows of earlier releases the tokens themselves. */
class TokenRows extends RecordModel<AccessToken, NewAccessToken, 'accessToken'> {
  readonly cipher: Cipher;

  constructor({ cipher, ...context }: AccessTokensContext) {
    super(accessTokenType, context);
    this.cipher = cipher;
  }

  async findEither(accessToken: string, earlier: string | undefined): Promise<AccessToken | undefined> {
    const item =
      (await this.findItem({ accessToken })) ??
      // A row of an earlier release may be migrated by someone else between the two reads.
      (earlier && ((await this.findItem({ accessToken: earlier })) ?? (await this.findItem({ accessToken }))));
    return item ? this.unseal(item) : undefined;
  }

  protected override get sealedFields(): readonly string[] {
    return ['refreshToken'];
  }

  protected override async seal(fields: PlainItem): Promise<PlainItem> {
    const { refreshToken, expirationTime } = fields;
    const sealed = { ...fields };
    if (typeof refreshToken === 'string') sealed['refreshToken'] = await this.cipher.encrypt(refreshToken);
    if (typeof expirationTime === 'number') sealed['expirationTime'] = expirationInSeconds(expirationTime);
    return sealed;
  }

  /** Migrates a row that an earlier release stored as it was given; one that cannot be migrated is read as it is. */
  protected override async unseal(item: PlainItem): Promise<AccessToken> {
    const migrated = await migrateAccessTokenRow(item, this.cipher).catch(ignoreFailedMigration);
    if (migrated === undefined) return super.unseal(item);
    const { accessToken, expirationTime } = migrated;
    const storing =
      accessToken === item['accessToken'] ? this.#storeExpiration(item, expirationTime) : this.#move(item, migrated);
    const stored = await storing.then((present) => ({ present })).catch(ignoreFailedMigration);
    if (stored === undefined) return super.unseal(item);
    return stored.present === undefined ? super.unseal(migrated) : this.unseal(stored.present);
  }

  /** Stores a row's time in seconds. Returns the row as it is instead, if someone else has changed it. */
  async #storeExpiration(item: PlainItem, expirationTime: unknown): Promise<PlainItem | undefined> {
    const outcome = await writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: { accessToken: item['accessToken'] },
      changes: { set: { expirationTime } },
      conditions: [conditions.equals('expirationTime', item['expirationTime'])],
    });
    return outcome.done ? undefined : outcome.present;
  }

  /** Moves a row to its new key. Returns the row as it is instead, if someone else has changed or moved it. */
  async #move(item: PlainItem, migrated: PlainItem): Promise<PlainItem | undefined> {
    const { table } = this;
    const outcome = await writeTogether(this.context.client, [
      { kind: 'put', table, item: migrated, conditions: [conditions.absent('accessToken')] },
      {
        kind: 'delete',
        table,
        key: { accessToken: item['accessToken'] },
        conditions: Object.entries(item).map(([field, value]) => conditions.equals(field, value)),
      },
    ]);
    if (outcome.done) return undefined;
    const moved = outcome.failed.find(({ index }) => index === 0)?.present;
    // The row with the new key is the newer one.
    if (moved !== undefined) await this.delete({ accessToken: item['accessToken'] as string });
    return moved ?? outcome.failed[0]?.present ?? this.findItem({ accessToken: migrated['accessToken'] as string });
  }
}
