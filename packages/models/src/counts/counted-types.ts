import { TABLE_DEFINITIONS, type TableName } from '@cumulus/dynamodb/tables';
import { executionSchema } from '../schemas/execution.ts';
import { granuleSchema } from '../schemas/granule.ts';
import { pdrSchema } from '../schemas/pdr.ts';

/** The types of record that are counted. */
export type CountedType = 'granule' | 'execution' | 'pdr';

export interface CountedTypeFacts {
  readonly table: TableName;
  /** The attribute of the table's key. */
  readonly key: string;
  /** The statuses that are counted each for itself; any other is counted as none. */
  readonly statuses: readonly string[];
  /** The fields by which indexes order the records, beside their time and their key. */
  readonly orderedBy: readonly { readonly field: string; readonly type: 'N' | 'S' }[];
}

function orderedBy(table: TableName): CountedTypeFacts['orderedBy'] {
  const { indexes = [], hashKey } = TABLE_DEFINITIONS.find(({ name }) => name === table) ?? {};
  return indexes.flatMap(({ rangeKey = '', rangeType }) =>
    ['timestamp', hashKey].includes(rangeKey) ? [] : [{ field: rangeKey, type: rangeType ?? 'S' } as const],
  );
}

export const COUNTED_TYPES: Readonly<Record<CountedType, CountedTypeFacts>> = {
  granule: {
    table: 'GranulesTable',
    key: 'granuleId',
    statuses: granuleSchema.shape.status.options,
    orderedBy: orderedBy('GranulesTable'),
  },
  execution: {
    table: 'ExecutionsTable',
    key: 'arn',
    statuses: executionSchema.shape.status.options,
    orderedBy: orderedBy('ExecutionsTable'),
  },
  pdr: {
    table: 'PdrsTable',
    key: 'pdrName',
    statuses: pdrSchema.shape.status.options,
    orderedBy: orderedBy('PdrsTable'),
  },
};

/** A table of records to count, by its physical name. */
export interface CountedTable {
  readonly recordType: CountedType;
  readonly table: string;
}
