import { COUNTED_TYPES, type CountedType } from './counted-types.ts';

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
}

/** The attributes that decide what a record adds. */
export const DECIDING_ATTRIBUTES = ['status', 'collectionId', 'timestamp', 'duration'] as const;

/** An item in typed form, as streams, scans and Lambda's events have it; further attributes do not matter. */
export interface TypedImage {
  readonly [attribute: string]: { readonly S?: string | undefined; readonly N?: string | undefined };
}

/** What an item adds to the counts. Any release or tool may have written it. */
export function contributionOf(recordType: CountedType, image: TypedImage): Contribution {
  const [status, collectionId, timestamp, duration] = DECIDING_ATTRIBUTES.map((attribute) => image[attribute]);
  const known = COUNTED_TYPES[recordType].statuses.includes(status?.S ?? '');
  return {
    status: known ? (status?.S ?? '') : '',
    collectionId: collectionId?.S || undefined,
    unlisted: !known || timestamp?.N === undefined,
    milliseconds: millisecondsOf(duration?.N),
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

  /** @param times 1 for a record that came, -1 for one that went */
  add({ status, unlisted, milliseconds }: Contribution, times: 1 | -1): void {
    this.total += times;
    if (unlisted) this.unlisted += times;
    if (milliseconds !== undefined) {
      this.timed += times;
      this.milliseconds += times * milliseconds;
    }
    this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + times);
  }

  addAll(other: GroupTally): void {
    this.total += other.total;
    this.unlisted += other.unlisted;
    this.timed += other.timed;
    this.milliseconds += other.milliseconds;
    for (const [status, count] of other.byStatus) this.byStatus.set(status, (this.byStatus.get(status) ?? 0) + count);
  }

  get isZero(): boolean {
    const { total, unlisted, timed, milliseconds } = this;
    return [total, unlisted, timed, milliseconds, ...this.byStatus.values()].every((count) => count === 0);
  }

  get counts(): Counts {
    const counted = [...this.byStatus].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: this.total, byStatus: Object.fromEntries(counted) };
  }
}

/** Counts, or differences of counts, of all groups. */
export class Tally {
  readonly all = new GroupTally();
  readonly collections = new Map<string, GroupTally>();

  add(contribution: Contribution, times: 1 | -1): void {
    this.all.add(contribution, times);
    if (contribution.collectionId !== undefined) this.#collection(contribution.collectionId).add(contribution, times);
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
