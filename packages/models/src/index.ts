export { createModels, type Models, type ModelsOptions, tablesFromEnvironment } from './create-models.ts';
export {
  AssociatedRulesError,
  InvalidCursorError,
  PageTooFarError,
  RecordAlreadyExistsError,
  RecordBeingDeletedError,
  RecordDoesNotExistError,
  type RecordKey,
  RecordOfAnotherError,
  SchemaValidationError,
  SemaphoreFullError,
  type Violation,
} from './errors.ts';
export { EndlessSearchError, ExpressionSearch, UnsearchableError } from './expressions/expression-search.ts';
export type { SearchBudget } from './lists/budget.ts';
export { decodeCursor, encodeCursor } from './lists/cursor.ts';
export type { Durations, StatusCounts } from './lists/kept-count.ts';
export type { NewestOptions, NewestOptionsOf } from './lists/newest.ts';
export type { FieldText, RecordField } from './lists/record-field.ts';
export {
  type Bounds,
  comparableValue,
  passes,
  type RecordFilter,
  type RecordFilterOf,
  valuesAt,
} from './lists/record-filter.ts';
export type { PageOptions, RecordList, RecordPage } from './lists/record-list.ts';
export type { SortField } from './lists/record-order.ts';
export type { SearchOptions, SearchOptionsOf, SearchPage } from './lists/record-search.ts';
export { searchArray } from './lists/search-array.ts';
export type { AccessTokenModel } from './models/access-tokens.ts';
export type { AsyncOperationModel, LeaseOutcome, OperationNote, OperationUnderWay } from './models/async-operations.ts';
export type { CollectionModel } from './models/collections.ts';
export type { ExecutionModel } from './models/executions.ts';
export type { FileModel } from './models/files.ts';
export type { GranuleModel } from './models/granules.ts';
export type { ListedModel } from './models/listed-model.ts';
export type { OperationRun, OperationRunner } from './models/operation-run.ts';
export type { PdrModel } from './models/pdrs.ts';
export type { ProviderModel } from './models/providers.ts';
export type { ChangesOf, RecordModel } from './models/record-model.ts';
export type { ListOptions, ModelContext } from './models/record-reader.ts';
export type { FormerTrigger, RuleChange, RuleUnderWay } from './models/rule-changes.ts';
export type { PrepareRule, RuleModel } from './models/rules.ts';
export type { SemaphoreModel } from './models/semaphores.ts';
export { parseUserNames, UserFileError, userFileKey } from './models/user-names-file.ts';
export { UserModel } from './models/users.ts';
export type { Environment } from './secrets/cipher-from-environment.ts';
