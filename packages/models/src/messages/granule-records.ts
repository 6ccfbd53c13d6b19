import { isObject } from '@cumulus/dynamodb/aws';
import { MAX_RANGE_KEY_BYTES } from '../schemas/fields.ts';
import type { FileRecord } from '../schemas/file.ts';
import type { Granule, GranuleFile } from '../schemas/granule.ts';
import { bytesOf } from '../schemas/storage-limits.ts';
import type { CumulusMessage } from './cumulus-message.ts';
import { fitting, type LargeField, MAX_NOTED_BYTES } from './fitting.ts';
import { findableFile, granuleFileOf } from './granule-file.ts';
import { type JsonObject, textOf } from './json.ts';
import type { MessageProblem } from './problems.ts';
import { type GranuleTimes, secondsBetween, type WorkflowFacts, withoutAbsent } from './workflow-facts.ts';

/** What a message says of granules. */
export interface GranuleRecords {
  /** In the order of the message. */
  readonly granules: readonly Granule[];
  /** Of all granules, without those that are not in S3 (yet); each bucket and key once. */
  readonly files: readonly FileRecord[];
  readonly problems: readonly MessageProblem[];
}

/** Why a granule cannot be recorded. */
class GranuleProblem {
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    this.path = path;
    this.reason = reason;
  }
}

/**
 * The granules of a message and their files. A granule that cannot be recorded becomes a problem and stops no other. Of
 * several with the same id the last one is recorded, as if they had come one after the other; the others are problems.
 */
export function granuleRecordsOf(message: CumulusMessage, facts: WorkflowFacts): GranuleRecords {
  const payload = isObject(message.payload) ? message.payload : {};
  const listed = payload['granules'] ?? [];
  if (!Array.isArray(listed)) {
    const problem = { record: 'granule', path: 'payload.granules', reason: 'is not a list' } as const;
    return { granules: [], files: [], problems: [problem] };
  }
  const recorded = new Map<string, { readonly index: number; readonly granule: Granule }>();
  const problems: MessageProblem[] = [];
  for (const [index, value] of (listed as readonly unknown[]).entries()) {
    const path = `payload.granules[${index}]`;
    const whole = granuleOf(value, { path, times: facts.granuleTimes.get(index) }, facts);
    if (whole instanceof GranuleProblem) {
      const granuleId = isObject(value) ? textOf(value['granuleId']) : undefined;
      problems.push({ record: 'granule', index, granuleId, ...whole });
      continue;
    }
    const { granuleId } = whole;
    const { record: granule, problems: leftOut } = fittingGranule(whole, path);
    problems.push(...leftOut.map((problem) => ({ ...problem, index, granuleId })));
    const earlier = recorded.get(granuleId);
    if (earlier) {
      const reason = `${path} has the same granuleId, and was recorded instead`;
      problems.push({
        record: 'granule',
        index: earlier.index,
        granuleId,
        path: `payload.granules[${earlier.index}]`,
        reason,
        isPartial: true,
      });
      // A map would keep the place of the earlier one.
      recorded.delete(granuleId);
    }
    recorded.set(granuleId, { index, granule });
  }
  const files = fileRecordsOf([...recorded.values()], facts);
  return {
    granules: [...recorded.values()].map(({ granule }) => granule),
    files: files.records,
    problems: [...problems, ...files.problems],
  };
}

/** What is known of a granule of a message besides what it says itself. */
interface GranuleOrigin {
  /** Where it is in the message. */
  readonly path: string;
  readonly times: GranuleTimes | undefined;
}

function granuleOf(
  value: unknown,
  { path, times = {} }: GranuleOrigin,
  facts: WorkflowFacts,
): Granule | GranuleProblem {
  if (!isObject(value)) return new GranuleProblem(path, 'is not an object');
  const granuleId = textOf(value['granuleId']);
  if (granuleId === undefined) return new GranuleProblem(`${path}.granuleId`, 'is missing, empty, or not a text');
  if (bytesOf(granuleId) > MAX_RANGE_KEY_BYTES) {
    return new GranuleProblem(`${path}.granuleId`, `is longer than ${MAX_RANGE_KEY_BYTES} bytes`);
  }
  if (facts.collectionId === undefined) {
    return new GranuleProblem('meta.collection', 'does not name the granule’s collection and its version');
  }
  const files = granuleFilesOf(value, path, facts.providerUrl);
  if (files instanceof GranuleProblem) return files;
  return withoutAbsent<Granule>({
    granuleId,
    pdrName: facts.pdrName,
    collectionId: facts.collectionId,
    status: facts.status,
    provider: facts.provider,
    execution: facts.executionUrl,
    cmrLink: textOf(value['cmrLink']),
    files,
    error: facts.error,
    published: value['published'] === true,
    productVolume: volumeOf(files),
    timeToPreprocess: secondsOf(value['sync_granule_duration']),
    timeToArchive: secondsOf(value['post_to_cmr_duration']),
    beginningDateTime: times.beginningDateTime,
    endingDateTime: times.endingDateTime,
    productionDateTime: times.productionDateTime,
    lastUpdateDateTime: times.lastUpdateDateTime,
    processingStartDateTime: new Date(facts.startTime).toISOString(),
    processingEndDateTime: facts.stopTime === undefined ? undefined : new Date(facts.stopTime).toISOString(),
    redriveCount: facts.redriveCount,
    duration: secondsBetween(facts.startTime, facts.time),
    timestamp: facts.time,
    createdAt: facts.startTime,
    updatedAt: facts.time,
  });
}

/** A granule with too many files keeps where they are, if that fits. Without any it has none in the FilesTable. */
function fittingGranule(granule: Granule, path: string): ReturnType<typeof fitting<Granule>> {
  const found = granule.files?.map(findableFile);
  const fields: readonly LargeField<Granule>[] = [
    { field: 'files', path: `${path}.files`, rest: found, kept: 'what each file is found by' },
    { field: 'cmrLink', path: `${path}.cmrLink` },
    { field: 'error', path: 'exception' },
    { field: 'files', path: `${path}.files` },
  ];
  return fitting('granule', granule, fields, MAX_NOTED_BYTES);
}

function granuleFilesOf(
  granule: JsonObject,
  path: string,
  providerUrl: string | undefined,
): readonly GranuleFile[] | undefined | GranuleProblem {
  const listed = granule['files'] ?? undefined;
  if (listed === undefined) return undefined;
  if (!Array.isArray(listed)) return new GranuleProblem(`${path}.files`, 'is not a list');
  const bad = listed.findIndex((file) => !isObject(file));
  if (bad !== -1) return new GranuleProblem(`${path}.files[${bad}]`, 'is not an object');
  return listed.map((file: JsonObject) => granuleFileOf(file, providerUrl));
}

/** The sum of the sizes that are known, in bytes; undefined for one that no number holds exactly. */
function volumeOf(files: readonly GranuleFile[] = []): number | undefined {
  const volume = files.reduce((sum, { size = 0 }) => sum + size, 0);
  return Number.isSafeInteger(volume) ? volume : undefined;
}

/** Milliseconds in seconds; 0 if the task was not part of the workflow. */
function secondsOf(milliseconds: unknown): number {
  return Number.isSafeInteger(milliseconds) ? Number(milliseconds) / 1000 : 0;
}

interface FileRecords {
  readonly records: readonly FileRecord[];
  readonly problems: readonly MessageProblem[];
}

/** An object in S3 belongs to one granule: if several name it, to the last, as if they had come one after the other. */
function fileRecordsOf(
  granules: readonly { readonly index: number; readonly granule: Granule }[],
  { startTime, time }: WorkflowFacts,
): FileRecords {
  const records = new Map<string, FileRecord>();
  const problems: MessageProblem[] = [];
  for (const { index, granule } of granules) {
    const { granuleId } = granule;
    for (const [place, { bucket, key }] of (granule.files ?? []).entries()) {
      if (!bucket || !key) continue;
      const problem = { record: 'file', index, granuleId, path: `payload.granules[${index}].files[${place}]` } as const;
      if (bytesOf(bucket) > MAX_RANGE_KEY_BYTES || bytesOf(key) > MAX_RANGE_KEY_BYTES) {
        problems.push({ ...problem, reason: `has a bucket or key longer than ${MAX_RANGE_KEY_BYTES} bytes` });
        continue;
      }
      const uri = `s3://${bucket}/${key}`;
      const earlier = records.get(uri);
      if (earlier && earlier.granuleId !== granuleId) {
        problems.push({
          ...problem,
          reason: `is a file of granule ${earlier.granuleId} too, and was recorded for this one`,
          isPartial: true,
        });
      }
      records.set(uri, { bucket, key, granuleId, createdAt: startTime, updatedAt: time });
    }
  }
  return { records: [...records.values()], problems };
}
