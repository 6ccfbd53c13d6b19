import type { ResourceChange } from './terraform.ts';

/**
 * moto goes on telling the capacity that a table had before it was on demand, so that a plan wants it away for ever. AWS
 * returns 0, which Terraform takes for none.
 */
export function withoutCapacity(table: ResourceChange['change']['before']): object {
  const { read_capacity, write_capacity, ...others } = table ?? {};
  return others;
}
