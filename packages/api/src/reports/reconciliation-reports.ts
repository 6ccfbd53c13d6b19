import { parseObject } from '@cumulus/dynamodb/aws';
import { formatS3Url, type S3Location } from '@cumulus/dynamodb/storage';
import type { SystemObjects } from '../aws/system-objects.ts';

/** Whether a report is being made, was made, or could not be. */
export type ReportStatus = 'Pending' | 'Generated' | 'Failed';

/** What is known of a reconciliation report without reading it. */
export interface ReconciliationReport {
  /** Its file's name, as release 1.18 had it. */
  readonly reconciliationReportName: string;
  /** The same without `.json`, as later releases have it. */
  readonly name: string;
  readonly type: string;
  /** As later releases have it. */
  readonly status: ReportStatus;
  /** `s3://bucket/key` */
  readonly location: string;
  /** When the file was written, in milliseconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly timestamp: number;
}

const FOLDER = 'reconciliation-reports/';
const ENDING = '.json';

/** Types by the beginning of a report's name, as later releases write it; earlier ones had but one type. */
const TYPES: { readonly [beginning: string]: string } = {
  granuleNotFoundReport: 'Granule Not Found',
  internalReport: 'Internal',
};

/** Folders of notes on reports that are not there: of those that are being made, and of those that could not be. */
const NOTES = { Pending: 'pending/', Failed: 'failed/' } as const;

export interface ReconciliationReportsOptions {
  readonly objects: SystemObjects;
  /** Whether an operation that makes a report is still under way. */
  readonly isUnderWay: (operationId: string) => Promise<boolean>;
}

/** What a note says of a report, in the form of the reports of earlier releases. */
interface ReportNote {
  readonly reportStartTime: string;
  readonly reportEndTime: string | null;
  readonly status: 'RUNNING' | 'FAILED';
  readonly error: string | null;
  /** The operation that makes it, or was to. */
  readonly asyncOperationId: string;
}

/**
 * The reconciliation reports of a deployment, which lie in `s3://<system bucket>/<stack>/reconciliation-reports/`. Notes on those that are
 * being made, or could not be, lie in folders there. A report that is there takes precedence over its notes, and a failure over the note that it is
 * being made, so that what a crash leaves between two writes is understood.
 */
export class ReconciliationReports {
  readonly #objects: SystemObjects;
  readonly #isUnderWay: ReconciliationReportsOptions['isUnderWay'];

  constructor({ objects, isUnderWay }: ReconciliationReportsOptions) {
    this.#objects = objects;
    this.#isUnderWay = isUnderWay;
  }

  /** All reports, by name, with those that are being made or could not be. @throws NotConfiguredError, ServiceUnavailableError */
  async list(): Promise<readonly ReconciliationReport[]> {
    const folder = this.#objects.at(FOLDER);
    const found: FoundReports = { Generated: new Map(), Failed: new Map(), Pending: new Map() };
    for (const { key, lastModified } of await this.#objects.ask((objects) => objects.list(folder, { nested: true }))) {
      const path = key.slice(folder.key.length);
      const file = path.replace(/^(?:pending|failed)\//, '');
      const status = path === file ? 'Generated' : path.startsWith(NOTES.Failed) ? 'Failed' : 'Pending';
      if (file.endsWith(ENDING) && !file.includes('/')) found[status].set(file, lastModified);
    }
    const all = new Map<string, ReconciliationReport>();
    for (const [file, written] of found.Pending)
      all.set(file, this.#reportOf(file, written, await this.#pending(file)));
    for (const [file, written] of found.Failed) all.set(file, this.#reportOf(file, written, 'Failed'));
    for (const [file, written] of found.Generated) all.set(file, this.#reportOf(file, written, 'Generated'));
    return [...all.values()];
  }

  /**
   * A report as it was written: JSON. Of one that is not there yet, or could not be made, what is known.
   * @param name with or without `.json`
   * @returns undefined where there is none
   * @throws NotConfiguredError, ServiceUnavailableError
   */
  async find(name: string): Promise<string | undefined> {
    for (const folder of ['', NOTES.Failed, NOTES.Pending]) {
      const found = await this.#read(this.#placeOf(name, folder));
      if (found !== undefined) return folder === NOTES.Pending ? await this.#current(found) : found;
    }
    return undefined;
  }

  /** How many bytes a report has; undefined where it is not there. @throws NotConfiguredError, ServiceUnavailableError */
  async sizeOf(name: string): Promise<number | undefined> {
    const place = this.#placeOf(name);
    if (place === undefined) return undefined;
    return this.#objects.ask(async (objects) => (await objects.status(place))?.size);
  }

  /** Whether there is a report, or it is being made, or could not be. @throws NotConfiguredError, ServiceUnavailableError */
  async statusOf(name: string): Promise<ReportStatus | undefined> {
    const file = `${name}${ENDING}`;
    return (await this.list()).find((report) => report.reconciliationReportName === file)?.status;
  }

  /** Deletes a report, and what is noted of it; one that is not there is no error. @throws NotConfiguredError, ServiceUnavailableError */
  async delete(name: string): Promise<void> {
    for (const folder of ['', NOTES.Failed, NOTES.Pending]) await this.#remove(this.#placeOf(name, folder));
  }

  /** Where a report is, or is to be written. @param name with or without `.json` @throws NotConfiguredError */
  locationOf(name: string): string {
    return formatS3Url(this.#objects.at(`${FOLDER}${fileOf(name)}`));
  }

  /** Forgets that a report could not be made, before it is made again. @throws NotConfiguredError, ServiceUnavailableError */
  async forgetFailure(name: string): Promise<void> {
    await this.#remove(this.#placeOf(name, NOTES.Failed));
  }

  /** Notes that a report is being made; a note that it could not be takes precedence. @throws NotConfiguredError, ServiceUnavailableError */
  async noteBegin(name: string, asyncOperationId: string, time: number): Promise<void> {
    const reportStartTime = new Date(time).toISOString();
    await this.#note(name, 'Pending', {
      ...{ reportStartTime, reportEndTime: null, status: 'RUNNING', error: null, asyncOperationId },
    });
  }

  /** Notes that a report is there. @throws NotConfiguredError, ServiceUnavailableError */
  async noteEnd(name: string): Promise<void> {
    await this.#remove(this.#placeOf(name, NOTES.Pending));
  }

  /** Notes why a report could not be made. @throws NotConfiguredError, ServiceUnavailableError */
  async noteFailure(name: string, note: Pick<ReportNote, 'error' | 'asyncOperationId'>, time: number): Promise<void> {
    const now = new Date(time).toISOString();
    await this.#note(name, 'Failed', { reportStartTime: now, reportEndTime: now, status: 'FAILED', ...note });
    await this.#remove(this.#placeOf(name, NOTES.Pending));
  }

  /** Of a report that is said to be made: the operation may have been given up. */
  async #pending(file: string): Promise<'Pending' | 'Failed'> {
    const text = await this.#read(this.#placeOf(file, NOTES.Pending));
    const id = operationOf(text);
    return id !== undefined && (await this.#isUnderWay(id)) ? 'Pending' : 'Failed';
  }

  /** What a note that a report is being made comes to now. */
  async #current(note: string): Promise<string> {
    const id = operationOf(note);
    if (id !== undefined && (await this.#isUnderWay(id))) return note;
    const error = 'The operation that was to make this report has ended without it.';
    return JSON.stringify({ ...(JSON.parse(note) as ReportNote), status: 'FAILED', error });
  }

  async #read(place: S3Location | undefined): Promise<string | undefined> {
    if (place === undefined) return undefined;
    return (await this.#objects.ask((objects) => objects.read(place)))?.content.toString('utf8');
  }

  async #remove(place: S3Location | undefined): Promise<void> {
    if (place !== undefined) await this.#objects.ask((objects) => objects.remove(place));
  }

  async #note(name: string, status: keyof typeof NOTES, note: ReportNote): Promise<void> {
    const place = this.#objects.at(`${FOLDER}${NOTES[status]}${fileOf(name)}`);
    await this.#objects.ask((objects) => objects.put(place, JSON.stringify(note)));
  }

  #reportOf(file: string, written: Date | undefined, status: ReportStatus): ReconciliationReport {
    const time = written?.getTime() ?? 0;
    const name = file.slice(0, -ENDING.length);
    const [beginning = ''] = name.split('-');
    return {
      reconciliationReportName: file,
      name,
      type: Object.hasOwn(TYPES, beginning) ? (TYPES[beginning] ?? '') : 'Inventory',
      status,
      location: this.locationOf(file),
      ...{ createdAt: time, updatedAt: time, timestamp: time },
    };
  }

  /** Undefined for what cannot be the name of a report. @throws NotConfiguredError */
  #placeOf(name: string, folder = ''): S3Location | undefined {
    const file = fileOf(name);
    const place = this.#objects.at(`${FOLDER}${folder}${file}`);
    return file === ENDING || file.includes('/') || file.length > 200 ? undefined : place;
  }
}

/** The name of a report's file. @param name with or without `.json` */
function fileOf(name: string): string {
  return name.endsWith(ENDING) ? name : `${name}${ENDING}`;
}

/** Files with when they were written, by what they say. */
type FoundReports = Readonly<Record<ReportStatus, Map<string, Date | undefined>>>;

/** The operation that a note names. */
function operationOf(note: string | undefined): string | undefined {
  const { asyncOperationId } = parseObject(note ?? '') ?? {};
  return typeof asyncOperationId === 'string' ? asyncOperationId : undefined;
}
