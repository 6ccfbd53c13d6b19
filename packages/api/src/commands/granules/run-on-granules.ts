import { type Context, count, type Outcome, type Task, UsageError } from '@cumulus/cli';
import { parseObject } from '@cumulus/dynamodb/aws';
import { BULK_GRANULES } from '../../bulk/bulk-granules.ts';
import { type BulkAction, describeRequest, operationTypeOf } from '../../bulk/bulk-request.ts';
import { type CountedGranules, countGranules } from '../../bulk/count-granules.ts';
import { requirePossible } from '../../bulk/require-possible.ts';
import type { RunChoices } from '../../workflows/workflows.ts';
import { commandServices, type Deployment } from './command-services.ts';
import { givenGranules } from './given-granules.ts';
import type { GranuleOptions } from './options.ts';
import { runOperation } from './run-operation.ts';

/**
 * Does something with the granules that the command line means, as an operation of its own.
 * @param confirmation the question before it is done, by how many granules there are; nothing unless given
 */
export async function runOnGranules(
  action: BulkAction,
  options: GranuleOptions & Deployment & { readonly 'dry-run': boolean },
  context: Context,
  confirmation?: { readonly question: (granules: string) => string; readonly untouched: string },
): Promise<readonly Task[]> {
  const selection = await givenGranules(options, context);
  const services = await commandServices(options, context);
  await requirePossible(action, services);
  const { granulesTable: table, models, operations } = services;
  const counting = () => countGranules(selection, models.granules, context.abortSignal);
  if (options['dry-run']) {
    const counted = await counting();
    return [{ table, run: async () => [planned(counted, table)] }];
  }
  if (confirmation !== undefined) {
    const { question, untouched } = confirmation;
    await context.confirm(async () => question(count((await counting()).there, 'granule')), untouched);
  }
  const run = async (): Promise<readonly Outcome[]> => {
    const request = { action, selection };
    const { id } = await operations.start({
      ...{ kind: BULK_GRANULES, input: request },
      ...{ description: describeRequest(request), operationType: operationTypeOf(action) },
    });
    return [await runOperation(id, services, context)];
  };
  return [{ table, run }];
}

function planned({ there, absent }: CountedGranules, table: string): Outcome {
  return {
    result: { table, state: 'planned', granules: there, absent },
    lines: [
      `${count(there, 'granule')} of ${table}`,
      ...absent.map((id) => `  ${id}: there is no such granule`),
      '  nothing was done',
    ],
    failure: absent.length === 0 ? undefined : `${count(absent.length, 'id')} of no granule.`,
  };
}

/** How workflows are started. @throws UsageError for what is no object of JSON */
export function choicesOf(options: {
  readonly meta: string | undefined;
  readonly 'queue-name': string | undefined;
  readonly 'queue-url': string | undefined;
}): RunChoices {
  const { meta, 'queue-name': queueName, 'queue-url': queueUrl } = options;
  if (queueName !== undefined && queueUrl !== undefined)
    throw new UsageError('--queue-name and --queue-url name a queue each');
  return { meta: meta === undefined ? undefined : objectOf(meta), queueName, queueUrl };
}

function objectOf(text: string): RunChoices['meta'] {
  const value = parseObject(text);
  if (value !== undefined) return value;
  throw new UsageError(`--meta takes an object of JSON, not "${text}"`);
}
