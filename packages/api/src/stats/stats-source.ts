import { passes, type RecordFilter } from '@cumulus/models';
import { COUNTED_TYPES } from '@cumulus/models/counts';
import { bad } from '../http/bad-parameter.ts';
import { fieldType, isTime } from '../lists/field-types.ts';
import { checkedType, withoutKeyword } from '../lists/filters.ts';
import { type Parameters, readListQuery, singles } from '../lists/list-query.ts';
import { isSortKey } from '../lists/sort.ts';
import { lineOf } from '../logs/log-line.ts';
import { readLogParameters } from '../logs/log-parameters.ts';
import type { Services } from '../services.ts';
import type { ValueCounts } from './count-by-value.ts';
import { type Counted, countWithoutRecords } from './count-without-records.ts';
import { type SearchedRecords, searchedRecords } from './searched-records.ts';
import { visitRecords } from './visit-records.ts';

/** What kind of values numbers are made of. */
type Wanted = 'values' | 'numbers' | 'times';

/** What numbers are made of: the records of a type, or the lines of the logs, that pass the filters of a request. */
export interface StatsSource {
  /**
   * The field's name in a record, without Elasticsearch's `.keyword`.
   * @throws HTTPException 400 for a field that records do not have, or that holds something else
   */
  fieldFor(field: string, wanted: Wanted): string;
  /** Looks at all of them, as far as the time allows. */
  visit(see: (record: object) => void): Promise<Counted>;
  /** Counts by a field. @throws HTTPException 400 for a field that holds objects */
  countByValue(counts: ValueCounts, field: string): Promise<Counted>;
}

/** Parameters that say which numbers are wanted. */
const OF_NUMBERS: ReadonlySet<string> = new Set(['type', 'field', 'interval', 'format']);

/** Parameters of lists that say nothing about which records are counted. */
const OF_PAGES: ReadonlySet<string> = new Set(['limit', 'page', 'skip', 'cursor', 'sort_by', 'order', 'fields']);

/** Parameters but for those by which clients page through lists. */
export function withoutPaging(parameters: Parameters): Parameters {
  const names = Object.keys(parameters).filter((name) => !OF_PAGES.has(name) && !isSortKey(name));
  return Object.fromEntries(names.map((name) => [name, parameters[name] ?? []]));
}

/** @throws HTTPException 400 that names the parameter */
export function statsSource(type: string | undefined, parameters: Parameters, services: Services): StatsSource {
  const searched = searchedRecords(type, services);
  const filtering = Object.fromEntries(
    Object.entries(withoutPaging(parameters)).filter(([name]) => !OF_NUMBERS.has(name)),
  );
  if (searched === 'logs') return sourceOfLogs(filtering, services);
  if (searched === 'reconciliationReports') return sourceOfReports(filtering, services);
  const { filters = [] } = readListQuery(filtering, searched).search;
  return sourceOfRecords(searched, filters, services);
}

function sourceOfRecords(
  searched: SearchedRecords,
  filters: readonly RecordFilter[],
  { counts: countsTable }: Services,
): StatsSource {
  const { recordType, hidden = [], absent = [], model } = searched;
  const visit: StatsSource['visit'] = (see) => visitRecords(model, filters, see);
  return {
    fieldFor: (named, wanted) => {
      const field = withoutKeyword(named);
      if (absent.includes(field) && wanted === 'values') return field;
      // Configuration has no time of its own.
      if (field === TIME && !Object.hasOwn(COUNTED_TYPES, recordType)) return 'updatedAt';
      const type = checkedType(recordType, hidden, 'field', field);
      // An object of fields of its own, not of free form.
      const isObject = type === 'any' && fieldType(recordType, `${field}.any`) === undefined;
      const isFit =
        !isObject &&
        (wanted === 'values' || type === 'any' || type === 'number' || (wanted === 'times' && type === 'text'));
      if (!isFit) throw bad('field', `names "${field}", which holds no ${wanted}`);
      return field;
    },
    visit,
    countByValue: async (counts, field) => {
      const counted = await countWithoutRecords(counts, field, filters, searched, countsTable);
      if (typeof counted === 'object') return counted;
      return { ...(await visit((record) => counts.add(record))), recountDue: counted !== undefined };
    },
  };
}

/** The time of a record. */
const TIME = 'timestamp';

/** The most lines of the logs that are looked at. */
const MAX_LINES = 10_000;

function sourceOfLogs(parameters: Parameters, { logs }: Services): StatsSource {
  const query = readLogParameters(singles(parameters));
  const visit: StatsSource['visit'] = async (see) => {
    const { events, searchedFrom, unsearchedGroups } = await logs.read({ ...query, limit: MAX_LINES });
    for (const event of events) see(lineOf(event));
    const isFull = events.length === MAX_LINES;
    return {
      count: events.length,
      complete: !isFull && searchedFrom === undefined && unsearchedGroups === 0,
      searchedFrom: isFull ? events.at(-1)?.time : searchedFrom,
    };
  };
  return {
    fieldFor: (field) => withoutKeyword(field),
    visit,
    countByValue: (counts) => visit((line) => counts.add(line)),
  };
}

const REPORTS = { recordType: 'reconciliationReport', nameField: 'name' } as const;

function sourceOfReports(parameters: Parameters, { settings, reports }: Services): StatsSource {
  const { filters = [] } = readListQuery(parameters, REPORTS).search;
  const visit: StatsSource['visit'] = async (see) => {
    const all = settings.systemBucket === undefined ? [] : await reports.list();
    const wanted = all.filter((report) => filters.every((filter) => passes(report, filter)));
    for (const report of wanted) see(report);
    return { count: wanted.length, complete: true };
  };
  return {
    fieldFor: (named, wanted) => {
      const name = withoutKeyword(named);
      checkedType(REPORTS.recordType, [], 'field', name);
      if (!isTime(name) && wanted !== 'values') throw bad('field', `names "${name}", which holds no ${wanted}`);
      return name;
    },
    visit,
    countByValue: (counts) => visit((report) => counts.add(report)),
  };
}
