import type { Finding, Findings, Part } from '../findings.ts';
import { uriOf } from '../place.ts';

/** A file as a granule lists it at a place. */
export interface Claim {
  readonly granuleId: string;
  /** In bytes; undefined where the granule does not say it. */
  readonly size: number | undefined;
}

/** What S3 and the tables have at one place. */
export interface HeldPlace {
  /** As `orderOf` gives it. */
  readonly order: string;
  /** Whether the objects of its bucket are known. */
  readonly isListed: boolean;
  /** Undefined where there is no object. */
  readonly object: { readonly size: number | undefined } | undefined;
  /** The granules that the FilesTable names; undefined where it has no row. */
  readonly row: readonly string[] | undefined;
  readonly claims: readonly Claim[];
}

/** Which granules count. */
export interface Wanted {
  /** Whether only some do: then it is not known which objects without a row should be there. */
  readonly isFiltered: boolean;
  /** Undefined where that is not known. */
  readonly isWanted: (granuleId: string) => boolean | undefined;
}

/** What is the same, and what differs, at a place. */
export interface Judgement {
  readonly ok: readonly Part[];
  readonly findings: readonly Finding[];
}

/** Compares what S3 and the tables have at a place. A granule of which it is not known whether it counts does. */
export function judge(place: HeldPlace, { isFiltered, isWanted }: Wanted): Judgement {
  const { isListed, object, row } = place;
  const uri = uriOf(place.order);
  const counts = (granuleId: string): boolean => isWanted(granuleId) !== false;
  const claims = new Map(place.claims.map(({ granuleId, size }) => [granuleId, size]));
  const claimed = [...claims].filter(([granuleId]) => counts(granuleId));
  const owners = row?.filter(counts) ?? [];
  const hasRow = row !== undefined && (!isFiltered || owners.length > 0);
  const ok: Part[] = [];
  const findings: Finding[] = [];
  if (isListed) {
    const wrong = claimed.filter(([, size]) => isOther(size, object?.size));
    for (const [granuleId, size] of wrong) {
      const entry = { uri, granuleId, sizeInS3: object?.size, sizeInGranule: size };
      findings.push({ part: 'filesInCumulus', list: 'wrongSize', entry });
    }
    if (object !== undefined && row === undefined && !isFiltered)
      findings.push({ part: 'filesInCumulus', list: 'onlyInS3', entry: uri });
    else if (object === undefined && hasRow)
      findings.push({ part: 'filesInCumulus', list: 'onlyInDynamoDb', entry: { uri, granuleId: owners[0] } });
    else if (object !== undefined && hasRow && wrong.length === 0) ok.push('filesInCumulus');
  }
  const inS3 = isListed ? object !== undefined : undefined;
  for (const [granuleId] of claimed) {
    if (owners.includes(granuleId)) ok.push('filesInGranules');
    else findings.push({ part: 'filesInGranules', list: 'onlyInGranules', entry: { uri, granuleId, inS3 } });
  }
  for (const granuleId of owners) {
    if (claims.has(granuleId)) continue;
    findings.push({ part: 'filesInGranules', list: 'onlyInFiles', entry: { uri, granuleId, inS3 } });
  }
  return { ok, findings };
}

function isOther(size: number | undefined, ofObject: number | undefined): boolean {
  return size !== undefined && ofObject !== undefined && size !== ofObject;
}

/** Puts what a judgement says among the findings. */
export async function note({ ok, findings }: Judgement, noted: Findings): Promise<void> {
  for (const part of ok) noted.ok(part);
  for (const finding of findings) await noted.add(finding);
}
