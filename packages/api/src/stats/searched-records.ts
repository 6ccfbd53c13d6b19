import type { RecordTypeName } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import { bad } from '../http/bad-parameter.ts';
import type { ListedRecords } from '../lists/list-query.ts';
import type { Services } from '../services.ts';
import type { Searchable } from './visit-records.ts';

/** The records of a type, for numbers about them. */
export interface SearchedRecords extends ListedRecords {
  readonly recordType: RecordTypeName;
  readonly model: Searchable;
  /** Fields by which clients count, though no record of this release has them: there are none of each value. */
  readonly absent?: readonly string[];
}

/** What there are numbers of, by the name in routes. Two of them are no records of tables. */
export const STATS_TYPES = [
  ...['asyncOperations', 'collections', 'executions', 'granules', 'logs', 'pdrs', 'providers'],
  ...['reconciliationReports', 'rules'],
];

/**
 * The records of a type as routes call it; granules unless given.
 * @throws HTTPException 400 for another type
 */
export function searchedRecords(
  type: string | undefined,
  { models }: Services,
): SearchedRecords | 'logs' | 'reconciliationReports' {
  switch (type) {
    case 'asyncOperations':
      return { recordType: 'asyncOperation', model: models.asyncOperations, nameField: 'id' };
    case 'collections':
      return {
        ...{ recordType: 'collection', model: models.collections, nameField: 'name' },
        absent: ['status', 'providers'],
      };
    case 'executions':
      return { recordType: 'execution', model: models.executions, nameField: 'name' };
    case undefined:
    case 'granules':
      return { recordType: 'granule', model: models.granules, nameField: 'granuleId' };
    case 'pdrs':
      return { recordType: 'pdr', model: models.pdrs, nameField: 'pdrName' };
    case 'providers':
      return {
        ...{ recordType: 'provider', model: models.providers, nameField: 'id', hidden: CREDENTIAL_FIELDS },
        absent: ['status'],
      };
    case 'rules':
      return { recordType: 'rule', model: models.rules, nameField: 'name', absent: ['status'] };
    case 'logs':
    case 'reconciliationReports':
      return type;
    default:
      throw bad('type', `takes one of ${STATS_TYPES.join(', ')}, not "${type}"`);
  }
}
