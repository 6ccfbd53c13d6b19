import { createClient, INTERACTIVE_RETRY_POLICY } from '@cumulus/dynamodb/aws';
import { RECORD_COUNTS_TABLE } from '@cumulus/dynamodb/tables';
import { COUNTED_TYPES, type CountedType, createCountsHandler } from '@cumulus/models/counts';
import { type Environment, SettingsError } from '../settings.ts';

const COUNTED = Object.entries(COUNTED_TYPES).map(([recordType, { table }]) => ({
  recordType: recordType as CountedType,
  variable: table,
}));

/**
 * Creates the function that counts the changes of a deployment's granules, executions and PDRs, over the tables that the environment
 * names.
 * @throws SettingsError that names each variable that is missing
 */
export function createCountsFunction(environment: Environment): ReturnType<typeof createCountsHandler> {
  const problems: string[] = [];
  const nameOf = (variable: string): string => {
    const name = environment[variable];
    if (!name) problems.push(`${variable} is not set`);
    return name ?? '';
  };
  const countsTable = nameOf(RECORD_COUNTS_TABLE.name);
  const tables = COUNTED.map(({ recordType, variable }) => ({ recordType, table: nameOf(variable) }));
  if (problems.length > 0) throw new SettingsError(`Records cannot be counted: ${problems.join('; ')}.`);
  // Changes that meet a throttled table are delivered again later, which costs less than waiting here.
  const client = createClient({ retryPolicy: INTERACTIVE_RETRY_POLICY });
  return createCountsHandler({ client, countsTable, tables });
}
