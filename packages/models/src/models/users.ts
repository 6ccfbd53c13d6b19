import { randomUUID } from 'node:crypto';
import { conditions, type Outcome, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { type NewUser, type User, userType } from '../schemas/user.ts';
import { migrateUserRow } from '../secrets/earlier-rows.ts';
import { hashPassword, verifyPassword } from '../secrets/password-hash.ts';
import { leaveAsItIs } from './leave-as-it-is.ts';
import { type ModelContext, RecordModel } from './record-model.ts';

/** The hash of a password that nobody has, to compare with where there is none. */
let nobody: Promise<string> | undefined;

/** Reads and writes users. A password is given in the clear and stored hashed; {@link passwordMatches} compares. */
export class UserModel extends RecordModel<User, NewUser, 'userName'> {
  constructor(context: ModelContext) {
    super(userType, context);
  }

  /**
   * Whether this is the user's password, and the user's login has not ended (`expires`, in milliseconds since 1970). A
   * password that is stored with less work than today's is hashed again. It takes as long for a user who does not exist.
   * @returns false also for a user without a password, and for one who does not exist
   */
  async passwordMatches(key: Pick<User, 'userName'>, password: string): Promise<boolean> {
    if (typeof password !== 'string') return false;
    const item = await this.findItem(this.keyOf(key));
    const stored = item?.['password'];
    if (item === undefined || typeof stored !== 'string') {
      nobody ??= hashPassword(randomUUID());
      await verifyPassword(password, await nobody);
      return false;
    }
    const { matches, needsRehash } = await verifyPassword(password, stored);
    if (needsRehash) await this.#store(item, { password: await hashPassword(password) }).catch(leaveAsItIs);
    const { expires } = item;
    return matches && !(typeof expires === 'number' && expires <= this.context.now());
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
    if (migrated === undefined) return super.unseal(item);
    const removed = Object.keys(item).filter((field) => !(field in migrated));
    const outcome = await this.#store(item, { password: migrated['password'] }, removed).catch(leaveAsItIs);
    if (outcome === undefined) return super.unseal(item);
    // Who reads gets what is stored, or it would not be known again when it comes back.
    return !outcome.done && outcome.present !== undefined ? this.unseal(outcome.present) : super.unseal(migrated);
  }

  /** Stores a password's hash, unless the user is gone or has another password by now. */
  async #store(item: PlainItem, set: PlainItem, remove: readonly string[] = []): Promise<Outcome> {
    return writeIf(this.context.client, {
      kind: 'update',
      table: this.table,
      key: this.keyOf(item),
      changes: { set, remove },
      conditions: [conditions.exists('userName'), conditions.equals('password', item['password'])],
    });
  }
}
