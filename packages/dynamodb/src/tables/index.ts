export type { SettingDifference, SettingNotCompared, SettingsComparison } from './compare-settings.ts';
export {
  type CountsTableName,
  type IndexDefinition,
  RECORD_COUNTS_TABLE,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableDefinition,
  type TableName,
} from './definitions.ts';
export {
  type CreateDeploymentOptions,
  type CreatedTable,
  createCountsTable,
  createDeployment,
  type DeployedTable,
  type DeploymentTables,
  type DescribedTable,
  describeDeployment,
  findDeployment,
  isOptionalTable,
  tablesOfDeployment,
} from './deployment.ts';
export {
  describeTable,
  findTable,
  type RestoreOrigin,
  type TableDescription,
  type TableEncryption,
} from './describe.ts';
export type { FullDescription, Unanswered } from './describe-fully.ts';
export * from './errors.ts';
export type { SettingName, SettingNotTaken } from './later-settings.ts';
export { listTables } from './list-tables.ts';
export {
  type KnownSettings,
  type NamedSetting,
  SCHEMA_SETTINGS,
  type UnknownSetting,
} from './named-settings.ts';
export { requireSameTable, type TableIdentity } from './same-table.ts';
export {
  createTableInput,
  describeKey,
  type KeyAttribute,
  type KeySchema,
  schemaOf,
  type TableSchema,
  type TableSettings,
} from './schema.ts';
export { parseTableName, physicalTableName, tableNameIn } from './table-names.ts';
