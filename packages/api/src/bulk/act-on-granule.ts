import type { Models } from '@cumulus/models';
import type { Granule } from '@cumulus/models/schemas';
import type { AwsClients } from '../aws/clients.ts';
import { GranuleConflictError, GranuleRequestError } from '../errors.ts';
import { deleteWithFiles } from '../granules/delete-with-files.ts';
import type { GranuleServices } from '../granules/granule-services.ts';
import { removeFromCmr } from '../granules/remove-from-cmr.ts';
import { executionIdOf } from '../workflows/execution-id.ts';
import type { RunOccasion, Workflows } from '../workflows/workflows.ts';
import type { BulkAction, GranuleRef } from './bulk-request.ts';

/** What is needed to act on granules. */
export interface BulkServices {
  readonly models: Pick<Models, 'granules'>;
  readonly workflows: Workflows;
  readonly granuleServices: GranuleServices;
  /** Where files are; undefined for a deployment that has no S3. */
  readonly filesIn: Pick<AwsClients, 's3'> | undefined;
}

/** The occasion on which an action is done with a granule. */
export interface Occasion {
  readonly operationId: string;
  /** Whether it may have been done already. What is done then counts as done. */
  readonly isRepeated: boolean;
}

/**
 * Does something with one granule, so that it is done once, however often this is called for one operation.
 * @throws why it cannot be done with this granule; ServiceUnavailableError and the like
 */
export async function actOnGranule(
  action: BulkAction,
  ref: GranuleRef,
  { operationId, isRepeated }: Occasion,
  services: BulkServices,
): Promise<void> {
  const { models, workflows, granuleServices } = services;
  const { granuleId } = ref;
  const granule = await models.granules.find({ granuleId });
  if (granule === undefined) {
    if (action.name === 'delete' && isRepeated) return;
    throw new GranuleRequestError(`There is no granule ${granuleId}.`);
  }
  requireCollection(granule, ref);
  const occasion: RunOccasion = {
    ...{ asyncOperationId: operationId, isRepeated },
    executionId: executionIdOf('operation', operationId, granuleId),
  };
  switch (action.name) {
    case 'applyWorkflow':
      return workflows.applyWorkflow(granule, action.workflow, action.choices, occasion);
    case 'reingest':
      return workflows.reingest(granule, { workflowName: action.workflowName }, action.choices, occasion);
    case 'removeFromCmr':
      if (isRepeated && !granule.published) return;
      return removeFromCmr(granule, granuleServices);
    case 'delete':
      if (action.forceRemoveFromCmr && granule.published) await removeFromCmr(granule, granuleServices);
      return deleteOne(granuleId, services);
  }
}

async function deleteOne(granuleId: string, { granuleServices, filesIn }: BulkServices): Promise<void> {
  const outcome = await deleteWithFiles(granuleServices.target, granuleId, filesIn);
  if (outcome !== 'published') return;
  throw new GranuleConflictError(`Granule ${granuleId} is published to CMR. Remove it from CMR first.`);
}

function requireCollection({ granuleId, collectionId }: Granule, ref: GranuleRef): void {
  if (ref.collectionId === undefined || ref.collectionId === collectionId) return;
  throw new GranuleRequestError(
    `Granule ${granuleId} is of the collection ${collectionId}, not of ${ref.collectionId}.`,
  );
}
