/** A table of a deployment, as it has been since Cumulus 1.16. */
export interface ContractTable {
  /** Without the prefix. */
  readonly name: string;
  /** In the outputs. */
  readonly key: string;
  /** The partition key, then the sort key if there is one; all are strings. */
  readonly attributes: readonly string[];
  readonly stream: boolean;
  readonly recovery: boolean;
}

/** What users rely on, written down by hand: neither the module nor the library may change it. */
export const CONTRACT: readonly ContractTable[] = [
  table('AccessTokensTable', 'access_tokens', ['accessToken'], '-', '-'),
  table('AsyncOperationsTable', 'async_operations', ['id'], 'stream', '-'),
  table('CollectionsTable', 'collections', ['name', 'version'], 'stream', 'recovery'),
  table('ExecutionsTable', 'executions', ['arn'], 'stream', 'recovery'),
  table('FilesTable', 'files', ['bucket', 'key'], 'stream', 'recovery'),
  table('GranulesTable', 'granules', ['granuleId'], 'stream', 'recovery'),
  table('PdrsTable', 'pdrs', ['pdrName'], 'stream', 'recovery'),
  table('ProvidersTable', 'providers', ['id'], 'stream', 'recovery'),
  table('RulesTable', 'rules', ['name'], 'stream', 'recovery'),
  table('SemaphoresTable', 'semaphores', ['key'], '-', '-'),
  table('UsersTable', 'users', ['userName'], 'stream', 'recovery'),
];

/** What the module makes beside them: what it holds is counted from them. */
const COUNTS_TABLE = 'RecordCountsTable';

/** All Names that a deployment has tables of, in their order. */
export const MADE: readonly string[] = [...CONTRACT.map(({ name }) => name), COUNTS_TABLE].sort();

/** The address of a table in a root module that calls the module `data_persistence`. */
export function addressOf({ key }: ContractTable): string {
  return `module.data_persistence.aws_dynamodb_table.${key}_table`;
}

function table(
  name: string,
  key: string,
  attributes: readonly string[],
  stream: 'stream' | '-',
  recovery: 'recovery' | '-',
): ContractTable {
  return { name, key, attributes, stream: stream === 'stream', recovery: recovery === 'recovery' };
}
