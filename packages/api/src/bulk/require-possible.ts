import type { BulkServices } from './act-on-granule.ts';
import type { BulkAction } from './bulk-request.ts';

/**
 * Checks what would make an action fail with each granule.
 * @throws WorkflowNotFoundError, QueueNotFoundError, NotConfiguredError; ServiceUnavailableError
 */
export async function requirePossible(
  action: BulkAction,
  { workflows, granuleServices }: Pick<BulkServices, 'workflows' | 'granuleServices'>,
): Promise<void> {
  if (action.name === 'applyWorkflow') await workflows.get(action.workflow);
  if ('choices' in action) await workflows.requireQueue(action.choices);
  const asksCmr = action.name === 'removeFromCmr' || (action.name === 'delete' && action.forceRemoveFromCmr);
  if (asksCmr) granuleServices.cmr.requireConfigured();
}
