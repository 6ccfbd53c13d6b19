import { conditions, type PlainItem, writeIf } from '@cumulus/dynamodb';
import { type NewUser, type User, userType } from '../schemas/user.ts';
import { migrateUserRow } from '../secrets/earlier-rows.ts';
import { hashPassword, verifyPassword } from '../secrets/password-hash.ts';
import { type ModelContext, RecordModel } from './record-model.ts';

/** Reads and writes users. A password is given in the clear and stored hashed; {@link passwordMatches} compares. */
export class UserModel extends RecordModel<User, NewUser, 'userName'> {
  constructor(context: ModelContext) {
    super(userType, context);
  }

  /**
   * Whether this is the user's password. One that is stored with less work than today's is hashed again.
   * @returns false also for a user without a password, and for one who does not exist
   */
  async passwordMatches(key: Pick<User, 'userName'>, password: string): Promise<boolean> {
    const item = await this.findItem(this.keyOf(key));
    const stored = item?.['password'];
    if (item === undefined || typeof stored !== 'string') return false;
    const { matches, needsRehash } = await verifyPassword(password, stored);
    if (needsRehash) await this.#store(item, { password: await hashPassword(password) });
    return matches;
  }

  protected override get keptWhenLeftOut(): readonly string[] {
    return ['password'];
  }

  protected override async seal(fields: PlainItem): Promise<PlainItem> {
    const { password } = fields;
    return typeof password === 'string' ? { ...fields, password: await hashPassword(password) } : fields;
  }

  /** What an earlier release stored in the clear is hashed when it is met, unless someone else writes it just now. */
  protected override async unseal(item: PlainItem): Promise<User> {
    const migrated = await migrateUserRow(item);
    if (migrated !== undefined) {
      const removed = Object.keys(item).filter((field) => !(field in migrated));
      const { done, present } = await this.#store(item, { password: migrated['password'] }, removed);
      // Who reads gets what is stored, or it would not be known again when it comes back.
      if (!done && present !== undefined) return this.unseal(present);
    }
    return super.unseal(migrated ?? item);
  }

  /** Stores a password's hash, unless the user is gone or has another password by now. */
  async #store(
    item: PlainItem,
    set: PlainItem,
    remove: readonly string[] = [],
  ): Promise<{ readonly done: boolean; readonly present?: PlainItem | undefined }> {
    return writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: this.keyOf(item),
      changes: { set, remove },
      conditions: [conditions.exists('userName'), conditions.equals('password', item['password'])],
    });
  }
}
