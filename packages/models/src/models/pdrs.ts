import type { PlainItem } from '@cumulus/dynamodb/items';
import { type NewPdr, type Pdr, pdrType } from '../schemas/pdr.ts';
import { withoutLastingRun } from './lasting-run.ts';
import { type ListedContext, ListedModel } from './listed-model.ts';

/** Reads and writes PDRs (Product Delivery Records, by which a provider announces granules). */
export class PdrModel extends ListedModel<Pdr, NewPdr, 'pdrName'> {
  constructor(context: ListedContext) {
    super(pdrType, { statuses: ['running', 'completed', 'failed'] }, context);
  }

  protected override async unseal(item: PlainItem): Promise<Pdr> {
    return super.unseal(withoutLastingRun(item));
  }
}
