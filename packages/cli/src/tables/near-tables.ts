import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNotArchivedError } from '@cumulus/dynamodb/archive';
import type { TableNotFoundError } from '@cumulus/dynamodb/aws';
import type { TablesMissingError } from '@cumulus/dynamodb/tables';
import { nearWords, suggestion } from '../near-words.ts';

type NearError = TableNotArchivedError | TableNotFoundError | TablesMissingError;

/** The names are worth no longer wait. */
const MAX_WAIT = 3_000;

/** Where an error says that tables do not exist, those that may have been meant. */
export class NearTables {
  readonly #client: DynamoDBClient;
  readonly #abortSignal: AbortSignal;
  #names: Promise<readonly string[]> | undefined;

  constructor(client: DynamoDBClient, abortSignal: AbortSignal) {
    this.#client = client;
    this.#abortSignal = abortSignal;
  }

  /**
   * `Did you mean prod-GranulesTable?`
   * @param prefix of the deployment whose tables were to be found: then only that was typed
   * @returns nothing for other errors, where no name is near, and where DynamoDB does not say the names
   */
  async suggest(error: unknown, prefix: string | undefined): Promise<readonly string[]> {
    const { code, table } = error as Partial<NearError> & { readonly table?: string };
    if (code === 'TABLE_NOT_ARCHIVED') return suggestArchived(error as TableNotArchivedError, prefix);
    if (code !== 'TABLE_NOT_FOUND' && code !== 'TABLES_MISSING') return [];
    if (prefix !== undefined) return this.#suggestPrefix(prefix);
    if (table === undefined) return [];
    const names = await this.#allNames();
    return suggestion(nearTables(table, names));
  }

  async #suggestPrefix(prefix: string): Promise<readonly string[]> {
    return suggestPrefixes(prefix, await this.#allNames());
  }

  #allNames(): Promise<readonly string[]> {
    this.#names ??= this.#list().catch(() => []);
    return this.#names;
  }

  async #list(): Promise<readonly string[]> {
    const { listTables } = await import('@cumulus/dynamodb/tables');
    const abortSignal = AbortSignal.any([this.#abortSignal, AbortSignal.timeout(MAX_WAIT)]);
    const names: string[] = [];
    for await (const name of listTables(this.#client, abortSignal)) names.push(name);
    return names;
  }
}

/** The archive itself says which tables it has. */
async function suggestArchived(
  { wanted, known }: TableNotArchivedError,
  prefix: string | undefined,
): Promise<readonly string[]> {
  if (prefix !== undefined) return suggestPrefixes(prefix, known);
  return wanted === undefined ? [] : suggestion(nearTables(wanted, known));
}

function nearTables(table: string, names: readonly string[]): readonly string[] {
  const near = nearWords(table, names);
  // A deployment's tables are also called by their names without its prefix.
  return near.length > 0 ? near : names.filter((name) => name.endsWith(`-${table}`));
}

async function suggestPrefixes(prefix: string, names: readonly string[]): Promise<readonly string[]> {
  const { parseTableName } = await import('@cumulus/dynamodb/tables');
  const prefixes = new Set(names.flatMap((name) => parseTableName(name)?.prefix ?? []));
  return prefixes.has(prefix) ? [] : suggestion(nearWords(prefix, [...prefixes]), (each) => `--prefix ${each}`);
}
