import { type Findings, LISTS, PARTS, type Part } from './findings.ts';
import type { GranuleFilter } from './granule-filter.ts';

/** How a part of a report was compared. */
export interface ReportPart {
  /** Why it was not compared at all. */
  readonly why?: string | undefined;
  /** Lists that it does not have, and why. */
  readonly without?: { readonly [list: string]: string } | undefined;
}

/** What a reconciliation has shown. Its lists are on disk until it is closed. */
export interface Report {
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly location: 'S3' | 'CMR' | undefined;
  readonly filter: GranuleFilter;
  /** How many granules it is about. */
  readonly granules: number;
  /** Whether nothing differs in all that was compared, and all files of the tables were, and all granules that belong in CMR. It is
   * false if the report is about no granule, though some were named. */
  readonly isEqual: boolean;
  readonly findings: Findings;
  readonly parts: { readonly [part in Part]: ReportPart };
  readonly buckets: readonly {
    readonly name: string;
    readonly objects: number;
    /** When its inventory was made; undefined where it was listed. */
    readonly listedAt: number | undefined;
  }[];
  /** How many files the tables have in buckets that were not compared, by bucket. */
  readonly otherBuckets: { readonly [bucket: string]: number };
  readonly withoutPlace: number;
  /** Granules that belong in CMR, and were not compared: their collection is not in both. */
  readonly inOtherCollections: number;
  readonly lookedAtAgain: { readonly places: number; readonly granules: number; readonly resolved: number };
}

/** The counts of a part: how many are the same, and how many each of its lists has. */
export interface PartCounts {
  readonly okCount: number;
  readonly lists: { readonly [list: string]: number };
}

/** Undefined for a part that was not compared. */
export function countsOf({ parts, findings }: Report, part: Part): PartCounts | undefined {
  if (parts[part].why !== undefined) return undefined;
  const lists = listsOf(parts[part], part).map((list) => [list, findings.count(part, list)]);
  return { okCount: findings.okCount(part), lists: Object.fromEntries(lists) };
}

function listsOf({ without = {} }: ReportPart, part: Part): readonly string[] {
  return LISTS[part].filter((list) => without[list] === undefined);
}

/** What a report says beside its parts: what was compared, and when. */
function headOf(report: Report): object {
  const { startedAt, endedAt, location, filter, granules, isEqual, buckets, otherBuckets, lookedAtAgain } = report;
  const [start, end] = [startedAt, endedAt].map((time) => new Date(time).toISOString());
  const { collectionIds, granuleIds, providers, from, to } = filter;
  return {
    ...{ reportStartTime: start, reportEndTime: end, status: 'SUCCESS', error: null },
    // As later releases call them.
    ...{ reportType: 'Inventory', createStartTime: start, createEndTime: end, location },
    ...{ collectionId: collectionIds, granuleId: granuleIds, provider: providers },
    startTimestamp: from === undefined ? undefined : new Date(from).toISOString(),
    endTimestamp: to === undefined ? undefined : new Date(to).toISOString(),
    ...{ isEqual, granules },
    buckets: buckets.map(({ name, objects, listedAt }) => ({
      ...{ name, objects },
      inventoryOf: listedAt === undefined ? undefined : new Date(listedAt).toISOString(),
    })),
    filesInOtherBuckets: otherBuckets,
    lookedAtAgain,
  };
}

/** A report as JSON, in pieces: the form of earlier releases, and what this one adds. */
export async function* reportJson(report: Report): AsyncGenerator<string, void> {
  // The object's end goes to the end of all parts.
  yield JSON.stringify(headOf(report)).slice(0, -1);
  for (const part of PARTS) {
    yield `,\n${JSON.stringify(part)}:`;
    yield* partJson(report, part);
  }
  yield '}\n';
}

async function* partJson(report: Report, part: Part): AsyncGenerator<string, void> {
  const { findings, parts, withoutPlace, inOtherCollections } = report;
  const { why, without = {} } = parts[part];
  if (why !== undefined) {
    yield JSON.stringify({ notCompared: why });
    return;
  }
  const left = Object.entries(without).map(([list, reason]) => `${list}: ${reason}`);
  const facts = {
    okCount: findings.okCount(part),
    withoutPlace: part === 'filesInGranules' ? withoutPlace : undefined,
    inOtherCollections: part === 'granulesInCumulusCmr' ? inOtherCollections : undefined,
    notCompared: left.length === 0 ? undefined : left.join('; '),
  };
  yield JSON.stringify(facts).slice(0, -1);
  for (const list of listsOf(parts[part], part)) {
    yield `,\n ${JSON.stringify(list)}:[`;
    let separator = '';
    for await (const entries of findings.read(part, list)) {
      yield `${separator}${entries.join(',\n  ')}`;
      separator = ',\n  ';
    }
    yield ']';
  }
  yield '}';
}
