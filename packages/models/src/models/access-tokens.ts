import { randomBytes } from 'node:crypto';
import { isObject, PageTrail } from '@cumulus/dynamodb/aws';
import { conditions, type PlainItem, scanPageOfItems, writeIf, writeTogether } from '@cumulus/dynamodb/items';
import { InvalidCursorError, type RecordKey } from '../errors.ts';
import { type AccessToken, accessTokenType, type NewAccessToken } from '../schemas/access-token.ts';
import type { Cipher } from '../secrets/cipher.ts';
import { hasLocalForm } from '../secrets/ciphertext-form.ts';
import { migrateAccessTokenRow } from '../secrets/earlier-rows.ts';
import { DecryptionError } from '../secrets/errors.ts';
import { expirationInSeconds } from '../secrets/expiration-time.ts';
import { localKeyCipher } from '../secrets/local-key-cipher.ts';
import { earlierKeyOfToken, hashToken, isHashedToken } from '../secrets/token-hash.ts';
import { leaveAsItIs } from './leave-as-it-is.ts';
import { type ChangesOf, type ModelContext, RecordModel } from './record-model.ts';

/** Rows that are read in one request where a row has to be looked for. */
const SCANNED_ROWS = 1_000;

/** Hides the keys of earlier releases' rows in cursors; good for this process alone. */
const cursorCipher = localKeyCipher(randomBytes(32).toString('base64'));

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
    return expirationTime !== undefined && expirationInSeconds(expirationTime) * 1000 > this.context.now();
  }

  override async exists(key: Pick<AccessToken, 'accessToken'>): Promise<boolean> {
    return (await this.find(key)) !== undefined;
  }

  /**
   * Deletes a token that a list has shown, which is known by its hash only; {@link delete} takes the token itself.
   * @returns whether there was one
   */
  async deleteListed({ accessToken }: Pick<AccessToken, 'accessToken'>): Promise<boolean> {
    if (!isHashedToken(accessToken)) return this.delete({ accessToken });
    if (await this.#deleteRow(accessToken)) return true;
    // A row of an earlier release has another key, which its hash does not tell.
    for await (const item of this.#rows()) {
      const key = item['accessToken'] as string;
      if (hashToken(key) === accessToken && (await this.#deleteRow(key))) return true;
    }
    return this.#deleteRow(accessToken);
  }

  override async create(record: NewAccessToken): Promise<AccessToken> {
    if (typeof record.accessToken === 'string' && record.accessToken !== '') await this.find(record);
    return super.create(record);
  }

  protected override async findInTable(key: Pick<AccessToken, 'accessToken'>): Promise<AccessToken | undefined> {
    const hashed = this.keyOf(key);
    const earlier = earlierKeyOfToken(key.accessToken);
    const item =
      (await this.findItem(hashed)) ??
      // An earlier release's row may be migrated by someone else between the two readings.
      (earlier && ((await this.findItem({ accessToken: earlier })) ?? (await this.findItem(hashed))));
    return item ? this.unseal(item) : undefined;
  }

  override async update(
    key: Pick<AccessToken, 'accessToken'>,
    changes: ChangesOf<AccessToken, 'accessToken'>,
    remove?: readonly string[],
  ): Promise<AccessToken> {
    await this.#migrateBeforeWriting(key);
    return super.update(key, changes, remove);
  }

  override async replace(record: NewAccessToken, remove?: readonly string[]): Promise<AccessToken> {
    await this.#migrateBeforeWriting(record);
    return super.replace(record, remove);
  }

  override async delete(key: Pick<AccessToken, 'accessToken'>): Promise<boolean> {
    this.keyOf(key);
    const earlier = earlierKeyOfToken(key.accessToken);
    // In this order, since a migration that goes on just now moves the row from the one key to the other.
    const wasEarlier = earlier !== undefined && (await this.#deleteRow(earlier));
    return (await super.delete(key)) || wasEarlier;
  }

  /** Reads tokens one by one, since earlier releases' rows have other keys. */
  override async batchGet(keys: readonly Pick<AccessToken, 'accessToken'>[]): Promise<readonly AccessToken[]> {
    const found: AccessToken[] = [];
    for (const key of keys) {
      const record = await this.find(key);
      if (record !== undefined) found.push(record);
    }
    return found;
  }

  override async batchDelete(keys: readonly Pick<AccessToken, 'accessToken'>[]): Promise<void> {
    for (const key of keys) await this.delete(key);
  }

  protected override keyOf(key: object): RecordKey {
    return { accessToken: hashToken(super.keyOf(key)['accessToken'] ?? '') };
  }

  /** Errors are logged: they show no token. */
  protected override shownKey(key: RecordKey): RecordKey {
    const { accessToken } = key;
    return accessToken === undefined || isHashedToken(accessToken) ? key : { accessToken: hashToken(accessToken) };
  }

  protected override get sealedFields(): readonly string[] {
    return ['refreshToken'];
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

  /** All rows of earlier releases get their new keys before: one that is moved while it is listed would come once more. */
  protected override async beforeListing(): Promise<void> {
    for await (const item of this.#rows()) if (!isHashedToken(item['accessToken'] as string)) await this.unseal(item);
  }

  /** A row that could not be moved, for want of a key for instance, as it would be then; without its refresh token. */
  protected override async listed(item: PlainItem): Promise<AccessToken> {
    const { accessToken, expirationTime } = item;
    if (typeof accessToken !== 'string' || isHashedToken(accessToken)) return this.unseal(item);
    const { refreshToken: _, ...shown } = item;
    return super.unseal({
      ...shown,
      accessToken: hashToken(accessToken),
      ...(typeof expirationTime === 'number' ? { expirationTime: expirationInSeconds(expirationTime) } : {}),
    });
  }

  /** The key of an earlier release's row is the token itself. */
  protected override async hiddenPosition(position: PlainItem): Promise<PlainItem> {
    const key = position['accessToken'] as string;
    return isHashedToken(key) ? position : { accessToken: await cursorCipher.encrypt(key) };
  }

  protected override async shownPosition(position: unknown): Promise<unknown> {
    const key = isObject(position) ? position['accessToken'] : undefined;
    if (typeof key !== 'string' || !hasLocalForm(key)) return position;
    try {
      return { accessToken: await cursorCipher.decrypt(key) };
    } catch (error) {
      if (!(error instanceof DecryptionError)) throw error;
      throw new InvalidCursorError('The cursor is of another process.', ['Begin the list anew.']);
    }
  }

  /** What an earlier release stored as it was is hashed and encrypted when it is met. */
  protected override async unseal(item: PlainItem): Promise<AccessToken> {
    const migrated = await migrateAccessTokenRow(item, this.#cipher).catch(leaveAsItIs);
    if (migrated === undefined) return super.unseal(item);
    const { accessToken, expirationTime } = migrated;
    const storing =
      accessToken === item['accessToken'] ? this.#storeExpiration(item, expirationTime) : this.#move(item, migrated);
    const stored = await storing.then((present) => ({ present })).catch(leaveAsItIs);
    if (stored === undefined) return super.unseal(item);
    return stored.present === undefined ? super.unseal(migrated) : this.unseal(stored.present);
  }

  async *#rows(): AsyncGenerator<PlainItem, void> {
    const trail = new PageTrail<PlainItem>(`The list of ${this.table}`, JSON.stringify);
    for (let after: PlainItem | undefined; ; ) {
      const page = await scanPageOfItems({ ...this.context, limit: SCANNED_ROWS, after, consistent: true });
      yield* page.items;
      if (page.next === undefined) return;
      after = trail.step(page.next);
    }
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
    // A row of the new key is the newer one: whoever wrote it had met this one, or did not need it.
    if (moved !== undefined) await this.#deleteRow(item['accessToken'] as string);
    return moved ?? outcome.failed[0]?.present ?? this.findItem({ accessToken: migrated['accessToken'] as string });
  }

  async #deleteRow(accessToken: string): Promise<boolean> {
    const { table } = this;
    const rowExists = [conditions.exists('accessToken')];
    return (await writeIf(this.context.client, { kind: 'delete', table, key: { accessToken }, conditions: rowExists }))
      .done;
  }

  /** What reading leaves as it is for want of a key cannot be written either. */
  async #migrateBeforeWriting(key: Pick<AccessToken, 'accessToken'>): Promise<void> {
    const record = await this.find(key);
    if (record !== undefined && !isHashedToken(record.accessToken)) await migrateAccessTokenRow(record, this.#cipher);
  }
}
