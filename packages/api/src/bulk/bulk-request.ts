import type { RecordFilter } from '@cumulus/models';
import type { RunChoices } from '../workflows/workflows.ts';

/** What is done with each granule. */
export type BulkAction =
  | { readonly name: 'applyWorkflow'; readonly workflow: string; readonly choices: RunChoices }
  | { readonly name: 'reingest'; readonly workflowName?: string | undefined; readonly choices: RunChoices }
  | { readonly name: 'removeFromCmr' }
  | { readonly name: 'delete'; readonly forceRemoveFromCmr: boolean };

/** A granule that is meant. */
export interface GranuleRef {
  readonly granuleId: string;
  /** The collection that it has to be of; any unless given. */
  readonly collectionId?: string | undefined;
}

/** Which granules: these, or all that pass some filters. */
export type GranuleSelection =
  | { readonly granules: readonly GranuleRef[] }
  | {
      readonly filters: readonly RecordFilter[];
      /** The most that may pass; if there are more, nothing is done with any. */
      readonly max?: number | undefined;
    };

/** What an operation on many granules is given. It is kept as JSON. */
export interface BulkRequest {
  readonly action: BulkAction;
  readonly selection: GranuleSelection;
}

/** How many there are, in words; of those that are still to be found, nothing is known. */
function describeSelection(selection: GranuleSelection): string {
  if (!('granules' in selection)) return 'the granules that are found';
  const count = selection.granules.length;
  return count === 1 ? '1 granule' : `${count.toLocaleString('en-US')} granules`;
}

/** What an operation does, for people. */
export function describeRequest({ action, selection }: BulkRequest): string {
  const granules = describeSelection(selection);
  switch (action.name) {
    case 'applyWorkflow':
      return `Bulk run ${action.workflow} on ${granules}`;
    case 'reingest':
      return `Bulk granule reingest run on ${granules}`;
    case 'removeFromCmr':
      return `Bulk removal from CMR of ${granules}`;
    case 'delete':
      return `Bulk granule deletion of ${granules}`;
  }
}

/** The kind of operation, among those that the records of operations know. */
export function operationTypeOf({ name }: BulkAction): 'Bulk Granules' | 'Bulk Delete' {
  return name === 'delete' ? 'Bulk Delete' : 'Bulk Granules';
}
