import type { Argv } from 'yargs';
import { defineCommand } from '../../command.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { tableName, text } from '../../option-values.ts';
import { UsageError } from '../../usage-error.ts';

export interface AdoptOptions extends GlobalOptions {
  readonly table: string;
  /** A name without prefix, not yet checked. */
  readonly for: string;
  readonly module: string | undefined;
  readonly address: string | undefined;
}

/** Of a module: `module.a.module.b["c"]`; of a resource in it, or in the root: `….aws_dynamodb_table.d["e"]`. */
const INDEX = String.raw`(?:\[(?:\d+|"[^"'\\]*")\])?`;
const MODULE = String.raw`module\.[\w-]+${INDEX}`;
const MODULE_ADDRESS = new RegExp(String.raw`^${MODULE}(?:\.${MODULE})*$`);
const RESOURCE_ADDRESS = new RegExp(String.raw`^(?:${MODULE}\.)*aws_dynamodb_table\.[\w-]+${INDEX}$`);

export const adopt = defineCommand<AdoptOptions>({
  name: 'adopt',
  usage: 'adopt',
  describe: 'Tell how Terraform takes in a recovered table in the place of the old one; changes nothing',
  options: addOptions,
  several: () => false,
  load: async () => (await import('./plan.ts')).planAdopt,
});

function addOptions(parser: Argv<GlobalOptions>): Argv<AdoptOptions> {
  return parser
    .options({
      table: { ...tableName('table'), demandOption: true, describe: 'The table to take in' },
      for: { ...text('for'), demandOption: true, describe: 'In the place of which table: GranulesTable, …' },
      module: { ...text('module'), defaultDescription: 'module.data_persistence', describe: 'Address of the module' },
      address: { ...text('address'), describe: 'Address of the table, where it is not that of the module' },
    })
    .check(({ module, address }) => {
      if (module !== undefined && address !== undefined)
        throw new UsageError('adopt takes one of --module and --address');
      if (module !== undefined && !MODULE_ADDRESS.test(module)) {
        throw new UsageError(`--module takes an address such as module.data_persistence, not "${module}"`);
      }
      if (address !== undefined && !RESOURCE_ADDRESS.test(address)) {
        throw new UsageError(
          `--address takes an address such as module.cumulus.aws_dynamodb_table.granules_table, not "${address}"`,
        );
      }
      return true;
    })
    .example('$0 adopt --table prod-GranulesTable-recovered --for GranulesTable', 'print the commands for Terraform')
    .example('$0 adopt --table prod-PdrsTable-recovered --for PdrsTable --module module.cumulus', '');
}
