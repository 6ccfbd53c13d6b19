import type { Context, Task } from '@cumulus/cli';
import { BULK_GRANULES } from '../../../bulk/bulk-granules.ts';
import { commandServices } from '../command-services.ts';
import { OperationNotRunError } from '../errors.ts';
import { runOperation } from '../run-operation.ts';
import type { ResumeOptions } from './options.ts';

export async function runResume(options: ResumeOptions, context: Context): Promise<readonly Task[]> {
  const { operation: id } = options;
  const services = await commandServices(options, context);
  const found = await services.models.asyncOperations.findRun({ id });
  if (found !== undefined && found.run.kind !== BULK_GRANULES)
    throw new OperationNotRunError(`The operation ${id} is none on granules: ${found.operation.description}.`);
  const run: Task['run'] = async () => [await runOperation(id, services, context)];
  return [{ table: services.granulesTable, run }];
}
