import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import { LASTING_RUN } from '../models/lasting-run.ts';
import { definedFields } from '../schemas/defined-fields.ts';
import { PRECEDENCE_FIELDS, precedence } from './precedence.ts';

/*
 * A record of a granule or PDR comes from two runs. Its status, execution, times and error are those of the run that
 * counts (`precedence`). Its lasting fields (a granule's files and publication, a PDR's notice) are those of the
 * completed run that counts. If no run has completed, they are those of a run that has published or sent something,
 * else of one that lists files, else of any run. Both runs are the greatest of an order, so the result does not depend
 * on the order of arrival.
 */

/** Which fields of a record type change with which runs. */
export interface FieldsOfRuns {
  /** Change with each run that counts. */
  readonly current: readonly string[];
  readonly lasting: readonly string[];
  /** Whether lasting fields say that something is outside of this deployment: in CMR, at the provider. */
  readonly isOutside: (record: PlainItem) => boolean;
  /** Whether lasting fields list files. */
  readonly listsFiles: (record: PlainItem) => boolean;
  /** Whether the API sets a record to running before a run on it begins. */
  readonly canBeSetToRunning: boolean;
}

/** What an event changes in a record. */
export interface RunChanges {
  readonly set: PlainItem;
  readonly remove: readonly string[];
  /** The record as it is then. */
  readonly after: PlainItem;
  /** Whether the lasting fields become those of the event. */
  readonly isLasting: boolean;
}

/** The weight of a run's lasting fields. It is compared before it matters which of two runs counts. */
const WEIGHTS = { completed: 3, outside: 2, listing: 1, other: 0 } as const;

/**
 * What an event changes in what is recorded; undefined for nothing.
 * @param event the whole record of the event
 * @param isUnfinished whether the lasting fields are to be written again, if they are those of the same event
 */
export function changesOfRun(
  fields: FieldsOfRuns,
  event: PlainItem,
  current: PlainItem | undefined,
  isUnfinished = false,
): RunChanges | undefined {
  const run = runOfEvent(fields, event);
  const known = current === undefined ? undefined : lastingRunOf(fields, current);
  const isCurrent = current === undefined || precedence(event, current) > 0;
  const order = known === undefined ? 1 : lastingPrecedence(run, known);
  const isLasting = order > 0 || (order === 0 && isUnfinished);
  if (!isCurrent && !isLasting) return undefined;
  const named = [...(isCurrent ? fields.current : []), ...(isLasting ? fields.lasting : [])];
  const changed = definedFields(Object.fromEntries(named.map((field) => [field, event[field]])));
  const gone = [...named.filter((field) => changed[field] === undefined), LASTING_RUN];
  const kept = Object.entries(current ?? {}).filter(([field]) => !gone.includes(field));
  const after = { ...Object.fromEntries(kept), ...changed };
  const lasting = known === undefined || isLasting ? run : known;
  const note = saysByItself(fields, after, lasting) ? {} : { [LASTING_RUN]: lasting };
  return {
    set: { ...changed, ...note },
    remove: current === undefined ? [] : gone.filter((field) => !(field in note)),
    after: { ...after, ...note },
    isLasting,
  };
}

/** The run that an event's lasting fields are of. */
function runOfEvent(fields: FieldsOfRuns, event: PlainItem): PlainItem {
  if (event['status'] === 'completed') return runOf(event, WEIGHTS.completed);
  return runOf(event, fields.isOutside(event) ? WEIGHTS.outside : weightOfFiles(fields, event));
}

function weightOfFiles({ listsFiles }: FieldsOfRuns, record: PlainItem): number {
  return listsFiles(record) ? WEIGHTS.listing : WEIGHTS.other;
}

/** Whether a record needs no note of the run of its lasting fields, even after it is set to running. */
function saysByItself(fields: FieldsOfRuns, record: PlainItem, run: PlainItem): boolean {
  if (lastingPrecedence(runThatFollows(fields, record), run) !== 0) return false;
  if (!fields.canBeSetToRunning) return true;
  return runThatFollows(fields, { ...record, status: 'running' })['weight'] === run['weight'];
}

/**
 * The note that a record needs once it no longer says that something of it is outside of this deployment: the run that its lasting
 * fields are of, as it was known before; undefined where the record still says it by itself.
 */
export function withoutOutside(fields: FieldsOfRuns, before: PlainItem, after: PlainItem): PlainItem | undefined {
  const { [LASTING_RUN]: _, ...record } = after;
  const run = lastingRunOf(fields, before);
  return saysByItself(fields, record, run) ? undefined : run;
}

/** The run that a record's lasting fields are of. */
function lastingRunOf(fields: FieldsOfRuns, record: PlainItem): PlainItem {
  const note = record[LASTING_RUN];
  return isObject(note) ? note : runThatFollows(fields, record);
}

/**
 * The run of the lasting fields of a record without a note, which an earlier release may have written. If the record
 * says that something is published or sent, the fields count as a completed run's, whatever its status. So no run that
 * does not complete can empty them.
 */
function runThatFollows(fields: FieldsOfRuns, record: PlainItem): PlainItem {
  const isCompleted = record['status'] === 'completed' || fields.isOutside(record) || isSetToRunning(fields, record);
  return runOf(record, isCompleted ? WEIGHTS.completed : weightOfFiles(fields, record));
}

/**
 * Whether a record without a note had completed, and was set to running for the next run, whose events have not come
 * yet. If it lists files, an earlier release may also have recorded a run that listed them. The files stay in either
 * case.
 */
function isSetToRunning(fields: FieldsOfRuns, record: PlainItem): boolean {
  const { status, processingEndDateTime, error } = record;
  if (!fields.canBeSetToRunning || status !== 'running') return false;
  const hasFailed = isObject(error) && Object.keys(error).length > 0;
  return !hasFailed && (typeof processingEndDateTime === 'string' || fields.listsFiles(record));
}

function runOf(record: PlainItem, weight: number): PlainItem {
  const own = Object.fromEntries(PRECEDENCE_FIELDS.map((field) => [field, record[field]]));
  return definedFields({ ...own, weight });
}

function lastingPrecedence(a: PlainItem, b: PlainItem): number {
  return Number(a['weight']) - Number(b['weight']) || precedence(a, b);
}
