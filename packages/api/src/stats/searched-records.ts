import type { RecordTypeName } from '@cumulus/models/schemas';
import { CREDENTIAL_FIELDS } from '@cumulus/models/secrets';
import { bad, checkedType, filtersOf, type SearchedModel } from '../lists/list-query.ts';
import { readMatching } from '../lists/read-matching.ts';
import type { Services } from '../services.ts';

/** The records of a type, for numbers about them. */
export interface SearchedRecords {
  readonly recordType: RecordTypeName;
  readonly model: SearchedModel<object>;
  /** Fields that no answer shows. */
  readonly hidden?: readonly string[] | undefined;
}

/** Parameters of a request by which records are filtered. */
export type Filters = { readonly [name: string]: string | undefined };

/**
 * The records of a type as routes call it: `granules`, `asyncOperations`; granules unless given.
 * @throws HTTPException 400 for another type
 */
export function searchedRecords(type: string | undefined, { models }: Services): SearchedRecords {
  const types: { readonly [type: string]: SearchedRecords } = {
    asyncOperations: { recordType: 'asyncOperation', model: models.asyncOperations },
    collections: { recordType: 'collection', model: models.collections },
    executions: { recordType: 'execution', model: models.executions },
    granules: { recordType: 'granule', model: models.granules },
    pdrs: { recordType: 'pdr', model: models.pdrs },
    providers: { recordType: 'provider', model: models.providers, hidden: CREDENTIAL_FIELDS },
    rules: { recordType: 'rule', model: models.rules },
  };
  const name = type ?? 'granules';
  const searched = Object.hasOwn(types, name) ? types[name] : undefined;
  if (searched === undefined) throw bad('type', `takes one of ${Object.keys(types).join(', ')}, not "${name}"`);
  return searched;
}

/** Reads the records that pass the filters. @throws SearchTooBroadError where there are more than one answer reads */
export function readFiltered(
  { recordType, model, hidden }: SearchedRecords,
  filters: Filters,
): Promise<readonly object[]> {
  return readMatching(model, filtersOf(recordType, filters, hidden));
}

/** @throws HTTPException 400 for a field that holds no numbers */
export function checkNumeric(field: string, { recordType, hidden = [] }: SearchedRecords): void {
  const type = checkedType(recordType, hidden, 'field', field);
  if (type !== 'number' && type !== 'any') throw bad('field', `names "${field}", which holds no numbers`);
}
