import { FileError, physicalTableName } from '@cumulus/dynamodb';
import { COUNTED_TYPES, type CountedTable } from '@cumulus/models';
import { readTerraformTables } from '../../terraform-output.ts';
import type { CountsOptions } from './command.ts';

/** The keys of the counted tables in the module's output `dynamo_tables`. */
const OUTPUT_KEYS = { granule: 'granules', execution: 'executions', pdr: 'pdrs' } as const;

/**
 * The tables of the records that a command counts.
 * @throws FileError if the file of `--tables` does not name one of them
 */
export async function countedTables({ prefix, tables: file, type }: CountsOptions): Promise<readonly CountedTable[]> {
  const names = file === undefined ? undefined : await readTerraformTables(file);
  return [...new Set(type)].map((recordType) => {
    const table =
      names === undefined
        ? physicalTableName(prefix, COUNTED_TYPES[recordType].table)
        : names.get(OUTPUT_KEYS[recordType]);
    if (table !== undefined) return { recordType, table };
    throw new FileError(`${file} does not name the table of ${OUTPUT_KEYS[recordType]}.`, [
      'Write it by: terraform output -json dynamo_tables',
    ]);
  });
}

/** The physical name of the table of the counts. */
export function countsTableOf({ prefix }: CountsOptions): string {
  return physicalTableName(prefix, 'RecordCountsTable');
}
