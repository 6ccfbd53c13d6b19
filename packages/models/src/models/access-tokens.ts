import { conditions, type PlainItem, writeTogether } from '@cumulus/dynamodb';
import type { RecordKey } from '../errors.ts';
import { type AccessToken, accessTokenType, type NewAccessToken } from '../schemas/access-token.ts';
import type { Cipher } from '../secrets/cipher.ts';
import { migrateAccessTokenRow } from '../secrets/earlier-rows.ts';
import { expirationInSeconds } from '../secrets/expiration-time.ts';
import { earlierKeyOfToken, hashToken } from '../secrets/token-hash.ts';
import { type ChangesOf, type ModelContext, RecordModel } from './record-model.ts';
import { unlessNoCipher } from './unless-no-cipher.ts';

export interface AccessTokensContext extends ModelContext {
  readonly cipher: Cipher;
}

/**
 * Reads and writes access tokens. A token is given as its bearer has it; stored, and read, is only its hash. A refresh
 * token is stored encrypted, and {@link refreshToken} decrypts it. `expirationTime` is in seconds since 1970, by which
 * DynamoDB removes the record some time after it.
 */
export class AccessTokenModel extends RecordModel<AccessToken, NewAccessToken, 'accessToken'> {
  readonly #cipher: Cipher;

  constructor(context: AccessTokensContext) {
    super(accessTokenType, context);
    this.#cipher = context.cipher;
  }

  /**
   * The refresh token that came with an access token, in the clear; undefined where there was none.
   * @throws RecordDoesNotExistError
   * @throws DecryptionError, NoCipherError, and what asking KMS can end in
   */
  async refreshToken(key: Pick<AccessToken, 'accessToken'>): Promise<string | undefined> {
    const { refreshToken } = await this.get(key);
    return refreshToken === undefined ? undefined : this.#cipher.decrypt(refreshToken);
  }

  /** Whether there is such a token, and its time has not come: DynamoDB removes a record up to days after that. */
  async isValid(key: Pick<AccessToken, 'accessToken'>): Promise<boolean> {
    const { expirationTime } = (await this.find(key)) ?? {};
    return expirationTime !== undefined && expirationTime * 1000 > this.context.now();
  }

  override async find(key: Pick<AccessToken, 'accessToken'>): Promise<AccessToken | undefined> {
    const earlier = earlierKeyOfToken(key.accessToken);
    const item =
      (await this.findItem(this.keyOf(key))) ??
      (earlier === undefined ? undefined : await this.findItem({ accessToken: earlier }));
    return item === undefined ? undefined : this.unseal(item);
  }

  override async update(
    key: Pick<AccessToken, 'accessToken'>,
    changes: ChangesOf<AccessToken, 'accessToken'>,
    remove?: readonly string[],
  ): Promise<AccessToken> {
    await this.find(key);
    return super.update(key, changes, remove);
  }

  override async replace(record: NewAccessToken, remove?: readonly string[]): Promise<AccessToken> {
    await this.find(record);
    return super.replace(record, remove);
  }

  override async delete(key: Pick<AccessToken, 'accessToken'>): Promise<boolean> {
    await this.find(key);
    return super.delete(key);
  }

  override async batchDelete(keys: readonly Pick<AccessToken, 'accessToken'>[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  protected override keyOf(key: object): RecordKey {
    return { accessToken: hashToken(super.keyOf(key)['accessToken'] ?? '') };
  }

  protected override async seal(fields: PlainItem): Promise<PlainItem> {
    const { accessToken, refreshToken, expirationTime } = fields;
    return {
      ...fields,
      ...(typeof accessToken === 'string' ? { accessToken: hashToken(accessToken) } : {}),
      ...(typeof refreshToken === 'string' ? { refreshToken: await this.#cipher.encrypt(refreshToken) } : {}),
      ...(typeof expirationTime === 'number' ? { expirationTime: expirationInSeconds(expirationTime) } : {}),
    };
  }

  /** What an earlier release stored as it was is hashed and encrypted when it is met. */
  protected override async unseal(item: PlainItem): Promise<AccessToken> {
    const migrated = await migrateAccessTokenRow(item, this.#cipher).catch(unlessNoCipher);
    if (migrated !== undefined) {
      const { table } = this;
      const key = { accessToken: item['accessToken'] };
      const conditionsOfRow = [conditions.exists('accessToken')];
      await writeTogether(this.context.client, [
        { kind: 'put', table, item: migrated, conditions: [] },
        ...(migrated['accessToken'] === item['accessToken']
          ? []
          : [{ kind: 'delete', table, key, conditions: conditionsOfRow } as const]),
      ]);
    }
    return super.unseal(migrated ?? item);
  }
}
