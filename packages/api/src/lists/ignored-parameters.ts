import type { ListedType } from './field-types.ts';

/**
 * Parameters that clients send to every list, and that change nothing: `estimateTableRowCount` allows a count that is an estimate
 * (counts here are exact, or said not to be), `getMMT` is an option of the dashboard itself, and `includeStats` is about collections.
 */
const OF_EVERY_LIST: readonly string[] = ['estimateTableRowCount', 'getMMT', 'includeStats'];

/**
 * Parameters that clients send to one list. A provider's page in the dashboards asks for collections by `providers`, a field
 * that collections had before release 1.0, and makes nothing of the answer.
 */
const OF_A_LIST: { readonly [Type in ListedType]?: readonly string[] } = {
  collection: ['providers'],
};

/** Whether a list ignores a parameter. All others that it does not know are refused, since they would change its result. */
export function isIgnored(recordType: ListedType, parameter: string): boolean {
  return OF_EVERY_LIST.includes(parameter) || OF_A_LIST[recordType]?.includes(parameter) === true;
}
