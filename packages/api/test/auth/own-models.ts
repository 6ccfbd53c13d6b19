import { randomBytes } from 'node:crypto';
import { createClient } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { scanPageOfItems } from '@cumulus/dynamodb/items';
import { physicalTableName } from '@cumulus/dynamodb/tables';
import { createModels, type Models } from '@cumulus/models';
import { localKeyCipher } from '@cumulus/models/secrets';
import { ownTables } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll } from '@jest/globals';
import { createTables } from '../create-tables.ts';

/** A time for tests to begin at, in milliseconds since 1970: to come, since DynamoDB removes records whose time has. */
export const BEGINNING = 4_000_000_000_000;

/** A deployment's tables and models, for the tests of one file. */
export class OwnModels {
  readonly client = createClient();
  readonly prefix = ownTables().prefix;
  /** The time now, in milliseconds since 1970. */
  now = BEGINNING;
  readonly models: Models;

  constructor() {
    const { client, prefix } = this;
    const cipher = localKeyCipher(randomBytes(32).toString('base64'));
    this.models = createModels({ client, tables: prefix, cipher, now: () => this.now });
    beforeAll(() => createTables(prefix), 60_000);
    afterAll(() => client.destroy());
  }

  /** The access tokens' rows as the table has them. */
  async tokenRows(): Promise<readonly PlainItem[]> {
    const table = physicalTableName(this.prefix, 'AccessTokensTable');
    return (await scanPageOfItems({ client: this.client, table, consistent: true })).items;
  }
}
