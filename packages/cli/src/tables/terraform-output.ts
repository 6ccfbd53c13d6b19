import { isObject } from '@cumulus/dynamodb/aws';
import { FileError, readText } from '@cumulus/dynamodb/storage';
import { parseTableArn, type TableArn } from '../options/table-arn.ts';

const ADVICE = ['Write it by: terraform output -json dynamo_tables'];

/** A table in the output of the Terraform module. */
export interface OutputTable {
  readonly name: string;
  /** Undefined where the file does not have it. */
  readonly arn: TableArn | undefined;
}

/**
 * The tables in a file with the output `dynamo_tables` of the Terraform module, by what that calls them: `granules`, `users`, …
 * @throws FileError if it is none
 */
export async function readTerraformTables(file: string): Promise<ReadonlyMap<string, OutputTable>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readText(file));
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${(error as Error).message}`, ADVICE, error);
  }
  const tables = tablesOfOutput(parsed);
  if (tables === undefined) throw new FileError(`${file} is not a map of tables, each with its name.`, ADVICE);
  return tables;
}

/**
 * The tables in `{"granules": {"name": …, "arn": …}, …}`; that map may be an output's `value`, among all outputs or by
 * itself.
 */
function tablesOfOutput(parsed: unknown): ReadonlyMap<string, OutputTable> | undefined {
  if (!isObject(parsed)) return undefined;
  const output = parsed['dynamo_tables'] ?? parsed;
  const tables = isObject(output) && isObject(output['value']) ? output['value'] : output;
  if (!isObject(tables)) return undefined;
  const found = new Map<string, OutputTable>();
  for (const [key, table] of Object.entries(tables)) {
    if (!isObject(table) || typeof table['name'] !== 'string') return undefined;
    const arn = parseTableArn(table['name']) ?? parseTableArn(String(table['arn']));
    found.set(key, { name: parseTableArn(table['name'])?.name ?? table['name'], arn });
  }
  return found.size > 0 ? found : undefined;
}
