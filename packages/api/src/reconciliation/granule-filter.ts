import type { GranuleHolding } from '@cumulus/models/holdings';

/** Which granules a report is about; all of them without any of these. */
export interface GranuleFilter {
  readonly collectionIds?: readonly string[] | undefined;
  readonly granuleIds?: readonly string[] | undefined;
  readonly providers?: readonly string[] | undefined;
  /** Changed from then on, in milliseconds since 1970. */
  readonly from?: number | undefined;
  /** Changed until then. */
  readonly to?: number | undefined;
}

export function isFiltered(filter: GranuleFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}

/** Whether CMR cannot be asked for just these granules: it knows neither providers nor when a record was changed. */
export function isUnknownToCmr({ providers, from, to }: GranuleFilter): boolean {
  return providers !== undefined || from !== undefined || to !== undefined;
}

export function isWanted(granule: GranuleHolding, filter: GranuleFilter): boolean {
  const { collectionIds, granuleIds, providers, from, to } = filter;
  const isIn = (values: readonly string[] | undefined, value: string | undefined): boolean =>
    values === undefined || (value !== undefined && values.includes(value));
  const { granuleId, collectionId, provider, updatedAt } = granule;
  return (
    isIn(collectionIds, collectionId) &&
    isIn(granuleIds, granuleId) &&
    isIn(providers, provider) &&
    (from === undefined || (updatedAt !== undefined && updatedAt >= from)) &&
    (to === undefined || (updatedAt !== undefined && updatedAt <= to))
  );
}
