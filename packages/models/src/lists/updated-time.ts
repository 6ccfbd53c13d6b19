import type { RecordFilter } from './record-filter.ts';
import { NEWEST_FIRST, TIME } from './record-order.ts';
import type { SearchOptions } from './record-search.ts';

/** A search of records that have no `timestamp`, such as configuration: it is their `updatedAt`. */
export function byUpdatedTime({ filters, sort = NEWEST_FIRST, ...others }: SearchOptions): SearchOptions {
  return { ...others, filters: filters?.map(filterOf), sort: sort.map(withField) };
}

function filterOf(filter: RecordFilter): RecordFilter {
  if ('of' in filter) return { ...filter, of: filter.of.map(filterOf) };
  return 'field' in filter ? (withField(filter) as RecordFilter) : filter;
}

function withField<T extends { readonly field?: string | undefined }>(named: T): T {
  return named.field === TIME ? { ...named, field: 'updatedAt' } : named;
}
