import { formatS3Url } from '@cumulus/dynamodb/storage';
import type { GranuleHolding } from '@cumulus/models/holdings';
import { constructCollectionId } from '@cumulus/models/schemas';
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
  /** CMR may have an id in several collections. */
  readonly inCmr: readonly CmrGranule[];
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
  /** Whether granules of a collection are compared. */
  readonly isCompared: (collectionId: string) => boolean;
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
  const known = inCumulus?.collectionId;
  const isOwn = (one: CmrGranule): boolean => inCumulus !== undefined && (collectionIdOf(one) ?? known) === known;
  const findings: Finding[] = [];
  for (const one of inCmr) {
    const { granuleUr, shortName, version } = one;
    const entry = { GranuleUR: granuleUr, ShortName: shortName, Version: version };
    const isCompared = rules.isCompared(collectionIdOf(one) ?? known ?? '');
    if (rules.isTwoWay && isCompared && !isOwn(one)) findings.push({ part, list: 'onlyInCmr', entry });
  }
  if (inCumulus === undefined || !rules.isWanted(inCumulus) || !rules.isCompared(known ?? ''))
    return { ok: [], findings };
  const published = inCmr.find(isOwn);
  if (published === undefined) {
    const entry = { granuleId: inCumulus.granuleId, collectionId: known };
    if (belongsInCmr(inCumulus)) findings.push({ part, list: 'onlyInCumulus', entry });
    return { ok: [], findings };
  }
  const links = judgeLinks(inCumulus, published, rules);
  return {
    ok: [
      [part, 1],
      ['filesInCumulusCmr', links.okCount],
    ],
    findings: [...findings, ...links.findings],
  };
}

/** Undefined where a granule names its collection by an entry title. */
export function collectionIdOf({ shortName, version }: CmrGranule): string | undefined {
  return shortName === '' ? undefined : constructCollectionId({ name: shortName, version });
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
