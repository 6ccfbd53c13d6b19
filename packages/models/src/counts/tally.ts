import { COUNTED_TYPES, type CountedType } from './counted-types.ts';
import { DayTally, hourOf, type Records } from './day-tally.ts';

/** How many records there are, or how many more or fewer. */
export interface Counts {
  readonly total: number;
  /** By status; `''` stands for records without one that this release knows. */
  readonly byStatus: Readonly<Record<string, number>>;
}

/** What a record adds to the counts. */
export interface Contribution {
  /** `''` without a status that is counted. */
  readonly status: string;
  /** Undefined where the record names no collection. */
  readonly collectionId: string | undefined;
  /** Whether no index lists the record among all, so that lists of everything have to look for it. */
  readonly unlisted: boolean;
  /** The record's `duration`, in whole milliseconds; undefined if it has none. */
  readonly milliseconds: number | undefined;
  /** The hour that the record's `timestamp` is of, since 1970; undefined where it is none that is counted by hours. */
  readonly hour: number | undefined;
  /** The fields that the record lacks by which an index orders such records, and `hour` where its time is of none. */
  readonly lacks: readonly string[];
}

/** The attributes that decide what a record adds. */
export const DECIDING_ATTRIBUTES = ['status', 'collectionId', 'timestamp', 'duration', 'createdAt', 'name'] as const;

/** An item in typed form, as streams, scans and Lambda's events have it; further attributes do not matter. */
export interface TypedImage {
  readonly [attribute: string]: { readonly S?: string | undefined; readonly N?: string | undefined };
}

/** What an item adds to the counts. Any release or tool may have written it. */
export function contributionOf(recordType: CountedType, image: TypedImage): Contribution {
  const [status, collectionId, timestamp, duration] = DECIDING_ATTRIBUTES.map((attribute) => image[attribute]);
  const { statuses, orderedBy } = COUNTED_TYPES[recordType];
  const known = statuses.includes(status?.S ?? '');
  const hour = hourOf(timestamp?.N);
  const lacks = orderedBy.filter(({ field, type }) => image[field]?.[type] === undefined).map(({ field }) => field);
  return {
    status: known ? (status?.S ?? '') : '',
    collectionId: collectionId?.S || undefined,
    unlisted: !known || timestamp?.N === undefined,
    milliseconds: millisecondsOf(duration?.N),
    hour,
    // No index by time has a record without one.
    lacks: hour === undefined && timestamp?.N !== undefined ? [...lacks, 'hour'] : lacks,
  };
}

/** Whole ones, so that what is added and taken away again leaves nothing. @param seconds as DynamoDB has a number */
function millisecondsOf(seconds: string | undefined): number | undefined {
  const milliseconds = seconds === undefined ? Number.NaN : Math.round(Number(seconds) * 1000);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/** Counts of one group that are being added up. */
export class GroupTally {
  total = 0;
  unlisted = 0;
  /** How many records have a `duration`, and the sum of these, in milliseconds. */
  timed = 0;
  milliseconds = 0;
  readonly byStatus = new Map<string, number>();
  /** How many records lack a field. */
  readonly lacking = new Map<string, number>();
  /** By the days of the records' times. */
  readonly days = new Map<string, DayTally>();

  add({ status, unlisted, hour, lacks }: Omit<Contribution, 'milliseconds'>, same: Records): void {
    const { records, timed, milliseconds } = same;
    this.total += records;
    if (unlisted) this.unlisted += records;
    this.timed += timed;
    this.milliseconds += milliseconds;
    increase(this.byStatus, status, records);
    for (const field of lacks) increase(this.lacking, field, records);
    if (hour !== undefined) this.#day(DayTally.dayOf(hour)).add(hour, status, same);
  }

  addAll(other: GroupTally): void {
    this.total += other.total;
    this.unlisted += other.unlisted;
    this.timed += other.timed;
    this.milliseconds += other.milliseconds;
    for (const [status, count] of other.byStatus) increase(this.byStatus, status, count);
    for (const [field, count] of other.lacking) increase(this.lacking, field, count);
    for (const [day, counts] of other.days) this.#day(day).addAll(counts);
  }

  #day(day: string): DayTally {
    let counts = this.days.get(day);
    if (counts === undefined) {
      counts = new DayTally();
      this.days.set(day, counts);
    }
    return counts;
  }

  get isZero(): boolean {
    const { total, unlisted, timed, milliseconds } = this;
    const others = [...this.byStatus.values(), ...this.lacking.values()];
    return [total, unlisted, timed, milliseconds, ...others].every((count) => count === 0);
  }

  get counts(): Counts {
    const counted = [...this.byStatus].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: this.total, byStatus: Object.fromEntries(counted) };
  }
}

function increase(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

/** Counts, or differences of counts, of all groups. */
export class Tally {
  readonly all = new GroupTally();
  readonly collections = new Map<string, GroupTally>();

  /** @param times 1 for a record that came, -1 for one that went */
  add(contribution: Contribution, times: 1 | -1): void {
    const { milliseconds } = contribution;
    const timed = milliseconds === undefined ? 0 : times;
    this.addSame(contribution, { records: times, timed, milliseconds: timed * (milliseconds ?? 0) });
  }

  addSame(contribution: Omit<Contribution, 'milliseconds'>, same: Records): void {
    this.all.add(contribution, same);
    if (contribution.collectionId !== undefined) this.#collection(contribution.collectionId).add(contribution, same);
  }

  /** How many groups there are, each day of one counted for itself. */
  get size(): number {
    const groups = [this.all, ...this.collections.values()];
    return groups.reduce((sum, { days }) => sum + 1 + days.size, 0);
  }

  addAll(other: Tally): void {
    this.all.addAll(other.all);
    for (const [collectionId, group] of other.collections) this.#collection(collectionId).addAll(group);
  }

  #collection(collectionId: string): GroupTally {
    let group = this.collections.get(collectionId);
    if (group === undefined) {
      group = new GroupTally();
      this.collections.set(collectionId, group);
    }
    return group;
  }
}
