import { formatS3Url } from '@cumulus/dynamodb/storage';
import type { GranuleHolding } from '@cumulus/models/holdings';
import { leadsTo } from '../../cmr/moved-links.ts';
import type { Finding, Part } from '../findings.ts';

/** A link of a granule in CMR, in UMM-G's words. */
export interface CmrLink {
  readonly URL: string;
  readonly Type: string;
}

/** A granule as CMR has it. */
export interface CmrGranule {
  readonly granuleUr: string;
  readonly shortName: string;
  readonly version: string;
  readonly links: readonly CmrLink[];
}

/** A granule of one id, as Cumulus and CMR have it. */
export interface HeldGranule {
  readonly inCumulus: GranuleHolding | undefined;
  readonly inCmr: CmrGranule | undefined;
}

/** How links and files are compared. */
export interface LinkRules {
  /** Whether the files of a bucket are distributed, so that CMR links to them; undefined where no links are compared. */
  readonly isDistributed: ((bucket: string) => boolean) | undefined;
  /** The path by which a bucket is distributed, where that is not its name. */
  readonly pathOf: (bucket: string) => string | undefined;
}

export interface GranuleRules extends LinkRules {
  readonly isWanted: (granule: GranuleHolding) => boolean;
  /** Whether what only CMR has is a difference. */
  readonly isTwoWay: boolean;
}

/** Links to data, which have to lead to a file. */
const TO_DATA: readonly string[] = ['GET DATA', 'GET DATA VIA DIRECT ACCESS', 'GET RELATED VISUALIZATION'];

/** Compares a granule in Cumulus with that in CMR, and its files with CMR's links. */
export function judgeGranule(
  { inCumulus, inCmr }: HeldGranule,
  rules: GranuleRules,
): { readonly ok: readonly (readonly [Part, number])[]; readonly findings: readonly Finding[] } {
  const part = 'granulesInCumulusCmr';
  if (inCumulus !== undefined && !rules.isWanted(inCumulus)) return { ok: [], findings: [] };
  if (inCumulus === undefined) {
    if (inCmr === undefined || !rules.isTwoWay) return { ok: [], findings: [] };
    const { granuleUr, shortName, version } = inCmr;
    const entry = { GranuleUR: granuleUr, ShortName: shortName, Version: version };
    return { ok: [], findings: [{ part, list: 'onlyInCmr', entry }] };
  }
  if (inCmr === undefined) {
    const { granuleId, collectionId } = inCumulus;
    const entry = { granuleId, collectionId };
    return { ok: [], findings: belongsInCmr(inCumulus) ? [{ part, list: 'onlyInCumulus', entry }] : [] };
  }
  const { okCount, findings } = judgeLinks(inCumulus, inCmr, rules);
  return {
    ok: [
      [part, 1],
      ['filesInCumulusCmr', okCount],
    ],
    findings,
  };
}

/** A granule that is running or failed was perhaps never published. */
export function belongsInCmr({ status, isPublished }: GranuleHolding): boolean {
  return isPublished || status === 'completed';
}

function judgeLinks(
  { granuleId, files }: GranuleHolding,
  { granuleUr, links }: CmrGranule,
  { isDistributed, pathOf }: LinkRules,
): { readonly okCount: number; readonly findings: readonly Finding[] } {
  if (isDistributed === undefined) return { okCount: 0, findings: [] };
  const part = 'filesInCumulusCmr';
  const findings: Finding[] = [];
  const linked = new Set<(typeof files)[number]>();
  for (const { URL: url, Type: type } of links) {
    const file = files.find(({ bucket, key }) => {
      if (bucket === undefined || key === undefined) return false;
      const path = pathOf(bucket);
      return leadsTo(url, { bucket, key }) || (path !== undefined && leadsTo(url, { bucket: path, key }));
    });
    if (file !== undefined) linked.add(file);
    else if (TO_DATA.includes(type))
      findings.push({ part, list: 'onlyInCmr', entry: { URL: url, Type: type, GranuleUR: granuleUr } });
  }
  let okCount = 0;
  for (const file of files) {
    const { bucket, key, fileName } = file;
    if (bucket === undefined || key === undefined) continue;
    if (linked.has(file) || !isDistributed(bucket)) okCount += 1;
    else {
      const entry = { fileName: fileName ?? key.replace(/^.*\//s, ''), uri: formatS3Url({ bucket, key }), granuleId };
      findings.push({ part, list: 'onlyInCumulus', entry });
    }
  }
  return { okCount, findings };
}
