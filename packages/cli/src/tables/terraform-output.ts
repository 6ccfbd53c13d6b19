import { isObject } from '@cumulus/dynamodb/aws';
import { FileError, readText } from '@cumulus/dynamodb/storage';

const ADVICE = ['Write it by: terraform output -json dynamo_tables'];

/**
 * The physical names of the tables in a file with the output `dynamo_tables` of the Terraform module, by what that calls
 * them: `granules`, `users`, …
 * @throws FileError if it is none
 */
export async function readTerraformTables(file: string): Promise<ReadonlyMap<string, string>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readText(file));
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${(error as Error).message}`, ADVICE, error);
  }
  const names = namesOfOutput(parsed);
  if (names === undefined) throw new FileError(`${file} is not a map of tables, each with its name.`, ADVICE);
  return names;
}

/**
 * The names in `{"granules": {"name": …, "arn": …}, …}`; that map may be an output's `value`, among all outputs or by
 * itself.
 */
function namesOfOutput(parsed: unknown): ReadonlyMap<string, string> | undefined {
  if (!isObject(parsed)) return undefined;
  const output = parsed['dynamo_tables'] ?? parsed;
  const tables = isObject(output) && isObject(output['value']) ? output['value'] : output;
  if (!isObject(tables)) return undefined;
  const names = new Map<string, string>();
  for (const [key, table] of Object.entries(tables)) {
    if (!isObject(table) || typeof table['name'] !== 'string') return undefined;
    names.set(key, table['name']);
  }
  return names.size > 0 ? names : undefined;
}
