import { readFile } from 'node:fs/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describeTable, FileError, placeOf, TableNotFoundError, TablesMissingError } from '@cumulus/dynamodb';

/**
 * The physical names of the tables in a file with the output `dynamo_tables` of the Terraform module.
 * @throws FileError if it is none; TablesMissingError if any of the tables does not exist, naming all that do not
 */
export async function tablesOfTerraform(
  client: DynamoDBClient,
  file: string,
  abortSignal: AbortSignal,
): Promise<readonly string[]> {
  const names = await readNames(file);
  const missing = (await Promise.all(names.map((name) => isMissing(client, name, abortSignal)))).flat();
  if (missing.length === 0) return names;
  throw new TablesMissingError(missing, await placeOf(client), ['Nothing was read or changed.', `Check ${file}.`]);
}

async function isMissing(client: DynamoDBClient, name: string, abortSignal: AbortSignal): Promise<readonly string[]> {
  try {
    await describeTable(client, name, abortSignal);
    return [];
  } catch (error) {
    if (error instanceof TableNotFoundError) return [name];
    throw error;
  }
}

async function readNames(file: string): Promise<readonly string[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${(error as Error).message}`, ADVICE, error);
  }
  const names = namesOfOutput(parsed);
  if (names === undefined) throw new FileError(`${file} is not a map of tables, each with its name.`, ADVICE);
  return names;
}

const ADVICE = ['Write it by: terraform output -json dynamo_tables'];

/**
 * The names in `{"granules": {"name": …, "arn": …}, …}`; that map may be an output's `value`, among all outputs or by
 * itself.
 */
function namesOfOutput(parsed: unknown): readonly string[] | undefined {
  if (!isObject(parsed)) return undefined;
  const output = parsed['dynamo_tables'] ?? parsed;
  const tables = isObject(output) && isObject(output['value']) ? output['value'] : output;
  if (!isObject(tables)) return undefined;
  const names = Object.values(tables).map((table) => (isObject(table) ? table['name'] : undefined));
  return names.length > 0 && names.every((name) => typeof name === 'string') ? [...new Set(names)] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
