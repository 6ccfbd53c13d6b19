import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { type OwnMoto, putSampleRecords } from '@cumulus/test-kit';
import { client, tablesWithPrefix } from '@cumulus/test-kit/tables';
import { afterAll, beforeAll } from '@jest/globals';
import { cumulusApiResults } from '../kit/command.ts';

/** A deployment that the pages' commands name. */
export interface OwnDeployment {
  readonly prefix: string;
  /** The environment of the commands: the tests' DynamoDB, and for the other services of AWS moto, if it is given. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * A deployment with sample records in the tests' DynamoDB, for the tests of the file that calls this. A test file has a database of its own,
 * so that its name can be that of the pages.
 *
 * @param perTable how many records of each table
 * @param made what the names of other tables begin with that the page's commands make; they are deleted too
 */
export function ownDeployment({
  prefix = 'prod',
  perTable,
  made = ['new'],
  moto,
}: {
  prefix?: string;
  perTable?: number;
  made?: readonly string[];
  moto?: OwnMoto;
} = {}): OwnDeployment {
  beforeAll(async () => {
    await cumulusApiResults(['tables', 'create', '--prefix', prefix]);
    await putSampleRecords(client, prefix, perTable);
  }, 60_000);
  afterAll(async () => {
    for (const begin of [prefix, ...made]) {
      const tables = await tablesWithPrefix(`${begin}-`);
      for (const TableName of tables) await client.send(new DeleteTableCommand({ TableName }));
    }
  });
  return {
    prefix,
    get environment() {
      return moto === undefined ? {} : { AWS_ENDPOINT_URL: moto.endpoint };
    },
  };
}
