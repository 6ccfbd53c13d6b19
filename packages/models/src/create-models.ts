import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type CountsTableName, physicalTableName, type TableName } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedType } from './counts/counted-types.ts';
import type { CountsTable } from './counts/counts-table.ts';
import { countInTime, countLacking, countMatching } from './counts/kept-counts.ts';
import type { SearchBudget } from './lists/budget.ts';
import { AccessTokenModel } from './models/access-tokens.ts';
import { AsyncOperationModel } from './models/async-operations.ts';
import { CollectionModel } from './models/collections.ts';
import { ExecutionModel } from './models/executions.ts';
import { FileModel } from './models/files.ts';
import { GranuleModel } from './models/granules.ts';
import type { ListedContext } from './models/listed-model.ts';
import { PdrModel } from './models/pdrs.ts';
import { ProviderModel } from './models/providers.ts';
import type { ModelContext } from './models/record-reader.ts';
import { RuleModel, type RulesOf } from './models/rules.ts';
import { SemaphoreModel } from './models/semaphores.ts';
import { UserModel } from './models/users.ts';
import type { PayloadSource } from './payloads/bring-back.ts';
import type { Cipher } from './secrets/cipher.ts';
import { cipherFromEnvironment, type Environment } from './secrets/cipher-from-environment.ts';

/** A model for each table of a deployment. */
export interface Models {
  readonly accessTokens: AccessTokenModel;
  readonly asyncOperations: AsyncOperationModel;
  readonly collections: CollectionModel;
  readonly executions: ExecutionModel;
  readonly files: FileModel;
  readonly granules: GranuleModel;
  readonly pdrs: PdrModel;
  readonly providers: ProviderModel;
  readonly rules: RuleModel;
  readonly semaphores: SemaphoreModel;
  readonly users: UserModel;
}

export interface ModelsOptions {
  /** What `createClient` of `@cumulus/dynamodb` makes, or any client of the AWS SDK. */
  readonly client: DynamoDBClient;
  /**
   * The deployment's prefix, for tables named `<prefix>-<Name>`; or a function that gives a table's physical name, see
   * {@link tablesFromEnvironment}.
   */
  readonly tables: string | ((name: TableName | CountsTableName) => string);
  /**
   * Encrypts credentials of providers and refresh tokens. By default with the key that the environment names:
   * `CUMULUS_KMS_KEY_ID` for AWS KMS, or `CUMULUS_LOCAL_KEY`.
   */
  readonly cipher?: Cipher | undefined;
  /** The keys of the deployment's buckets, which collections' files may name; any bucket unless given. */
  readonly buckets?: readonly string[] | undefined;
  /** Where what is too large for records lies in S3, and how to read it; unless given, records show where it lies. */
  readonly payloads?: PayloadSource | undefined;
  /** The time now, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  /** How much a search may read for one answer; half a second and 500 read units unless given. */
  readonly searchBudget?: SearchBudget | undefined;
  /** Called once for each index that a list needs and a table lacks; a warning of the process unless given. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

/**
 * The models of a deployment's tables. Nothing is read or checked before a model is used.
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createModels } from '@cumulus/models';
 *
 * const { granules } = createModels({ client: createClient(), tables: 'prod' });
 * for await (const granule of granules.newest({ status: 'failed' })) console.log(granule.granuleId);
 * ```
 */
export function createModels(options: ModelsOptions): Models {
  const { client, tables, buckets, payloads, now = Date.now, searchBudget, onWarning } = options;
  const cipher = options.cipher ?? cipherFromEnvironment(process.env, { tables: client });
  const nameOf =
    typeof tables === 'string' ? (name: TableName | CountsTableName) => physicalTableName(tables, name) : tables;
  const context = (name: TableName): ModelContext => ({
    ...{ client, table: nameOf(name), now, searchBudget, onWarning },
  });
  const listed = (type: CountedType): ListedContext => {
    const ask = async <T>(count: (counts: CountsTable) => Promise<T>): Promise<T | undefined> => {
      const countsTable = nameIfKnown(nameOf, 'RecordCountsTable');
      return countsTable === undefined ? undefined : await count({ client, countsTable });
    };
    return {
      ...context(COUNTED_TYPES[type].table),
      countLacking: (field) => ask((counts) => countLacking(counts, type, field)),
      countMatching: (collectionId) => ask((counts) => countMatching(counts, type, collectionId)),
      countInTime: (span) => ask((counts) => countInTime(counts, type, span)),
    };
  };
  const rulesOf: RulesOf = (field, id) => models.rules.namesOf(field, id);
  const models = madeWhenUsed<Models>({
    accessTokens: () => new AccessTokenModel({ ...context('AccessTokensTable'), cipher }),
    asyncOperations: () => new AsyncOperationModel(context('AsyncOperationsTable')),
    collections: () => new CollectionModel({ ...context('CollectionsTable'), buckets, rulesOf }),
    executions: () => new ExecutionModel({ ...listed('execution'), payloads }),
    files: () => new FileModel(context('FilesTable')),
    granules: () => new GranuleModel({ ...listed('granule'), payloads }),
    pdrs: () => new PdrModel(listed('pdr')),
    providers: () => new ProviderModel({ ...context('ProvidersTable'), cipher, rulesOf }),
    rules: () => new RuleModel({ ...context('RulesTable'), tableOf: nameOf }),
    semaphores: () => new SemaphoreModel(context('SemaphoresTable')),
    users: () => new UserModel(context('UsersTable')),
  });
  return models;
}

/** Properties that are each made once, when first asked for: a Lambda knows the tables only that it needs. */
function madeWhenUsed<T extends object>(makers: { readonly [K in keyof T]: () => T[K] }): T {
  const made = {};
  for (const [name, make] of Object.entries<() => unknown>(makers)) {
    let value: unknown;
    Object.defineProperty(made, name, {
      enumerable: true,
      get: () => {
        value ??= make();
        return value;
      },
    });
  }
  return made as T;
}

/** A table's name; undefined where the deployment does not have it, or its environment not yet. */
function nameIfKnown(
  nameOf: Exclude<ModelsOptions['tables'], string>,
  name: TableName | CountsTableName,
): string | undefined {
  try {
    return nameOf(name);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

/**
 * Physical table names as a Lambda of Cumulus finds them: each in the environment variable of the table's Name
 * (`GranulesTable=prod-GranulesTable`).
 * @throws TypeError, when a table is asked for, that names the variable that is missing
 *
 * @example
 * ```ts
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { createModels, tablesFromEnvironment } from '@cumulus/models';
 *
 * const models = createModels({ client: createClient(), tables: tablesFromEnvironment(process.env) });
 * ```
 */
export function tablesFromEnvironment(environment: Environment): (name: TableName | CountsTableName) => string {
  return (name) => {
    const table = environment[name];
    if (!table) throw new TypeError(`The environment variable ${name} does not say which table it is.`);
    return table;
  };
}
