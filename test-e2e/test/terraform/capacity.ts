import { answered } from '../kit/faults/answered.ts';
import type { Fault } from '../kit/faults/proxy.ts';
import type { ResourceChange } from './terraform.ts';

/**
 * moto goes on returning the capacity that a table had before it was on demand, so that every plan removes it. AWS
 * returns 0, which Terraform takes for none.
 */
export function withoutCapacity(table: ResourceChange['change']['before']): object {
  const { read_capacity, write_capacity, ...others } = table ?? {};
  return others;
}

/** The same, in AWS's words: provider 5 refuses to keep a capacity that an on-demand table still has. */
export function onDemandWithoutCapacity(): Fault {
  return answered('DescribeTable', ({ Table }) => {
    const table = Table as { readonly BillingModeSummary?: { readonly BillingMode: string } };
    if (table.BillingModeSummary?.BillingMode !== 'PAY_PER_REQUEST') return { Table };
    return { Table: { ...table, ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 } } };
  });
}
