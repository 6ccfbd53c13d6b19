import { UsageError } from '../usage-error.ts';
import type { OptionDeclarations } from './option.ts';

/** A table by its ARN, in any partition of AWS. */
export interface TableArn {
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

/** What DynamoDB Local calls its region in ARNs, whatever the region of its clients. */
const LOCAL_REGION = 'ddblocal';

/** @returns undefined for what is no ARN of a table, such as a table's name, or the ARN of an index or a backup */
export function parseTableArn(text: string): TableArn | undefined {
  const [arn, region = '', account = '', name = ''] =
    /^arn:aws[\w-]*:dynamodb:([\w-]+):(\d{12}):table\/([\w.-]{3,255})$/.exec(text) ?? [];
  return arn === undefined ? undefined : { arn, region, account, name };
}

/** The tables that a command line names by their ARNs. */
export function tableArns(declared: OptionDeclarations, given: Readonly<Record<string, unknown>>): readonly TableArn[] {
  return Object.entries(declared)
    .filter(([, { names }]) => names === 'table')
    .flatMap(([option]) => [given[option]].flat())
    .flatMap((value) => (typeof value === 'string' ? (parseTableArn(value) ?? []) : []));
}

/**
 * The region to work in. That of the tables' ARNs takes precedence over the environment's and the profile's.
 * @param given by `--region`
 * @throws UsageError where regions contradict each other
 */
export function regionOf(arns: readonly TableArn[], given: string | undefined): string | undefined {
  let region = given;
  for (const { arn, region: own } of arns) {
    if (own === LOCAL_REGION) continue;
    if (region !== undefined && own !== region) throw new UsageError(`${arn} is not in the region ${region}`);
    region = own;
  }
  return region;
}
