export type { SettingDifference, SettingNotCompared, SettingsComparison } from './compare-settings.ts';
export type { SettingName, SettingNotTaken } from './create.ts';
export {
  type CountsTableName,
  type IndexDefinition,
  parseTableName,
  physicalTableName,
  RECORD_COUNTS_TABLE,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableDefinition,
  type TableName,
  tableNameIn,
} from './definitions.ts';
export {
  type CreateDeploymentOptions,
  type CreatedTable,
  createDeployment,
  type DeployedTable,
  type DescribedTable,
  describeDeployment,
  findDeployment,
  tablesOfDeployment,
} from './deployment.ts';
export {
  describeTable,
  findTable,
  type RestoreOrigin,
  type TableDescription,
  type TableSettings,
} from './describe.ts';
export * from './errors.ts';
export type { FullDescription, Unanswered } from './full-description.ts';
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
} from './schema.ts';
