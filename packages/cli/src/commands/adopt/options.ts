import type { CommandOptions } from '../../command.ts';
import { cumulusTable, tableName, text } from '../../options/kinds.ts';
import { required } from '../../options/option.ts';
import { UsageError } from '../../usage-error.ts';

export const options = {
  table: required(tableName({ describe: 'The table to take in' })),
  for: required(cumulusTable({ describe: 'The table that it replaces: GranulesTable, …' })),
  module: text({
    valueName: 'ADDRESS',
    defaultDescription: 'module.data_persistence',
    describe: 'Address of the module in Terraform',
  }),
  address: text({ valueName: 'ADDRESS', describe: 'Address of the table in Terraform, if it is not in the module' }),
};

export type AdoptOptions = CommandOptions<typeof options>;

export const alternatives = [['module', 'address']] as const;

/** Of a module: `module.a.module.b["c"]`; of a resource in it, or in the root: `….aws_dynamodb_table.d["e"]`. */
const INDEX = String.raw`(?:\[(?:\d+|"[^"'\\]*")\])?`;
const MODULE = String.raw`module\.[\w-]+${INDEX}`;
const MODULE_ADDRESS = new RegExp(String.raw`^${MODULE}(?:\.${MODULE})*$`);
const RESOURCE_ADDRESS = new RegExp(String.raw`^(?:${MODULE}\.)*aws_dynamodb_table\.[\w-]+${INDEX}$`);

export function check({ module, address }: AdoptOptions): void {
  if (module !== undefined && address !== undefined) throw new UsageError('adopt takes one of --module and --address');
  if (module !== undefined && !MODULE_ADDRESS.test(module)) {
    throw new UsageError(`--module takes an address such as module.data_persistence, not "${module}"`);
  }
  if (address !== undefined && !RESOURCE_ADDRESS.test(address)) {
    throw new UsageError(
      `--address takes an address such as module.cumulus.aws_dynamodb_table.granules_table, not "${address}"`,
    );
  }
}
