import { TABLE_DEFINITIONS, type TableName } from '@cumulus/dynamodb/tables';
import { EXECUTION_STATUSES, GRANULE_STATUSES, PDR_STATUSES } from '../schemas/statuses.ts';

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
    statuses: GRANULE_STATUSES,
    orderedBy: orderedBy('GranulesTable'),
  },
  execution: {
    table: 'ExecutionsTable',
    key: 'arn',
    statuses: EXECUTION_STATUSES,
    orderedBy: orderedBy('ExecutionsTable'),
  },
  pdr: {
    table: 'PdrsTable',
    key: 'pdrName',
    statuses: PDR_STATUSES,
    orderedBy: orderedBy('PdrsTable'),
  },
};

/** A table of records to count, by its physical name. */
export interface CountedTable {
  readonly recordType: CountedType;
  readonly table: string;
}
