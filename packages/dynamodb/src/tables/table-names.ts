import {
  type CountsTableName,
  TABLE_DEFINITIONS,
  TABLE_NAMES,
  type TableDefinition,
  type TableName,
} from './definitions.ts';

/**
 * The physical name of a deployment's table: `<prefix>-<Name>`.
 *
 * @example
 * ```ts
 * import { physicalTableName } from '@cumulus/dynamodb/tables';
 *
 * const table = physicalTableName('prod', 'GranulesTable'); // prod-GranulesTable
 * ```
 */
export function physicalTableName(prefix: string, name: TableName | CountsTableName): string {
  return `${prefix}-${name}`;
}

/**
 * The definition and prefix that a physical name stands for: `prod-GranulesTable` is the GranulesTable of `prod`.
 * Undefined for a table that is none of a Cumulus deployment.
 *
 * @example
 * ```ts
 * import { parseTableName } from '@cumulus/dynamodb/tables';
 *
 * const prefix = parseTableName('prod-GranulesTable')?.prefix; // prod
 * ```
 */
export function parseTableName(
  physicalName: string,
): { readonly prefix: string; readonly definition: TableDefinition } | undefined {
  const definition = TABLE_DEFINITIONS.find(
    ({ name }) => physicalName === name || (physicalName.endsWith(`-${name}`) && physicalName.length > name.length + 1),
  );
  if (definition === undefined) return undefined;
  return { prefix: physicalName.slice(0, -definition.name.length).replace(/-$/, ''), definition };
}

/**
 * The Cumulus table whose name a physical name has, also where recovery put something behind it:
 * `prod-GranulesTable-recovered` is called after the GranulesTable. Undefined if it is called after none.
 *
 * @example
 * ```ts
 * import { tableNameIn } from '@cumulus/dynamodb/tables';
 *
 * const name = tableNameIn('prod-GranulesTable-recovered'); // GranulesTable
 * ```
 */
export function tableNameIn(physicalName: string): TableName | undefined {
  return TABLE_NAMES.find((name) => new RegExp(`(?:^|-)${name}(?:-|$)`).test(physicalName));
}

/** The table's name out of its ARN, or of that of its export or import. */
export function tableOfArn(arn: string): string {
  return /:table\/([^/]+)/.exec(arn)?.[1] ?? arn;
}
