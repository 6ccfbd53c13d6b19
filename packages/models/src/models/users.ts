import { conditions, type Outcome, type PlainItem, writeIf } from '@cumulus/dynamodb/items';
import { type NewUser, type User, userType } from '../schemas/user.ts';
import { migrateUserRow } from '../secrets/earlier-rows.ts';
import { hashPassword } from '../secrets/password-hash.ts';
import { ignoreFailedMigration } from './ignore-failed-migration.ts';
import { RecordModel } from './record-model.ts';
import type { ModelContext } from './record-reader.ts';

/** Reads and writes users. A password is given in the clear, and stored and read hashed. */
export class UserModel extends RecordModel<User, NewUser, 'userName'> {
  constructor(context: ModelContext) {
    super(userType, context);
  }

  protected override get keptWhenLeftOut(): readonly string[] {
    return ['password'];
  }

  protected override get sealedFields(): readonly string[] {
    return ['password'];
  }

  protected override async seal(fields: PlainItem): Promise<PlainItem> {
    const { password } = fields;
    return typeof password === 'string' ? { ...fields, password: await hashPassword(password) } : fields;
  }

  /** Hashes a password that an earlier release stored in the clear, unless someone writes it at the same time. */
  protected override async unseal(item: PlainItem): Promise<User> {
    const migrated = await migrateUserRow(item);
    if (migrated === undefined) return super.unseal(item);
    const removed = Object.keys(item).filter((field) => !(field in migrated));
    const outcome = await this.#store(item, { password: migrated['password'] }, removed).catch(ignoreFailedMigration);
    if (outcome === undefined) return super.unseal(item);
    // The reader gets what is stored: otherwise it would not be recognised when it is written back.
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
