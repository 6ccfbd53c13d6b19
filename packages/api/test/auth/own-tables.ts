import { randomBytes } from 'node:crypto';
import { DeleteTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createClient } from '@cumulus/dynamodb/aws';
import { type PlainItem, scanPageOfItems } from '@cumulus/dynamodb/items';
import { createDeployment, physicalTableName } from '@cumulus/dynamodb/tables';
import { createModels, type Models } from '@cumulus/models';
import { localKeyCipher } from '@cumulus/models/secrets';
import { afterAll, beforeAll } from '@jest/globals';

/** A time for tests to begin at, in milliseconds since 1970: to come, since DynamoDB removes records whose time has. */
export const BEGINNING = 4_000_000_000_000;

/** A deployment's tables and models, for the tests of one file. */
export class OwnTables {
  readonly client: DynamoDBClient = createClient();
  readonly prefix = `auth${process.pid}x${randomBytes(4).toString('hex')}`;
  /** The time now, in milliseconds since 1970. */
  now = BEGINNING;
  readonly models: Models;

  constructor() {
    const { client, prefix } = this;
    const cipher = localKeyCipher(randomBytes(32).toString('base64'));
    this.models = createModels({ client, tables: prefix, cipher, now: () => this.now });
    let tables: readonly string[] = [];
    beforeAll(async () => {
      tables = (await createDeployment({ client, prefix })).map(({ table }) => table);
    }, 60_000);
    afterAll(async () => {
      for (const table of tables) await client.send(new DeleteTableCommand({ TableName: table }));
      client.destroy();
    });
  }

  /** The access tokens' rows as the table has them. */
  async tokenRows(): Promise<readonly PlainItem[]> {
    const table = physicalTableName(this.prefix, 'AccessTokensTable');
    return (await scanPageOfItems({ client: this.client, table, consistent: true })).items;
  }
}
