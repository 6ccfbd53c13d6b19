import { isObject } from '@cumulus/dynamodb/aws';
import { constructCollectionId } from '@cumulus/models/schemas';
import type { Cmr, FoundConcept } from '../../cmr/cmr.ts';
import { CmrError } from '../../errors.ts';
import type { CmrGranule, CmrLink } from './held-granule.ts';

/** How often a collection's granules are read again where CMR, which others change, gives fewer than it says it has. */
const TRIES = 3;

/** A collection's name and version, as CMR is searched by them. */
export interface CollectionName {
  readonly name: string;
  readonly version: string;
}

/** CMR, and what ends waiting for it. */
export interface CmrAccess {
  readonly cmr: Cmr;
  readonly abortSignal?: AbortSignal | undefined;
}

/** The ids of all collections that CMR has of the deployment's provider. @throws CmrError, ServiceUnavailableError */
export async function collectionsInCmr({ cmr, abortSignal }: CmrAccess): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const page of cmr.search('collections', [], abortSignal))
    for (const umm of page)
      ids.add(constructCollectionId({ name: text(umm, 'ShortName'), version: text(umm, 'Version') }));
  return ids;
}

/**
 * Hands over the granules that CMR has of a collection, page by page; some may come more than once.
 * @throws CmrError, ServiceUnavailableError
 */
export async function granulesInCmr(
  { cmr, abortSignal }: CmrAccess,
  { name, version }: CollectionName,
  granuleIds: readonly string[] | undefined,
  take: (granule: CmrGranule) => Promise<void> | undefined,
): Promise<void> {
  const parameters = [
    ['short_name', name] as const,
    ['version', version] as const,
    ['sort_key', 'granule_ur'] as const,
    ...(granuleIds ?? []).map((id) => ['granule_ur[]', id] as const),
  ];
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const page of cmr.search('granules', parameters, abortSignal))
        for (const umm of page) await take(granuleOf(umm));
      return;
    } catch (error) {
      if (!(error instanceof CmrError) || attempt === TRIES) throw error;
    }
  }
}

/** Granules by their exact ids, whatever collection they are in. @throws CmrError, ServiceUnavailableError */
export async function findInCmr(
  { cmr, abortSignal }: CmrAccess,
  granuleIds: readonly string[],
): Promise<readonly CmrGranule[]> {
  const found: CmrGranule[] = [];
  const parameters = granuleIds.map((id) => ['granule_ur[]', id] as const);
  for await (const page of cmr.search('granules', parameters, abortSignal))
    found.push(...page.map((umm) => granuleOf(umm)));
  return found;
}

/** @param collection where it was found; not known unless given */
function granuleOf(umm: FoundConcept, collection?: CollectionName): CmrGranule {
  const { CollectionReference: referred, RelatedUrls: urls } = umm;
  const reference = isObject(referred) ? referred : {};
  return {
    granuleUr: text(umm, 'GranuleUR'),
    // Absent where a granule names its collection by an entry title.
    shortName: String(reference['ShortName'] ?? collection?.name ?? ''),
    version: String(reference['Version'] ?? collection?.version ?? ''),
    links: (Array.isArray(urls) ? (urls as readonly unknown[]) : []).flatMap((link): CmrLink[] => {
      const { URL: url, Type: type } = isObject(link) ? link : {};
      return typeof url === 'string' ? [{ URL: url, Type: String(type) }] : [];
    }),
  };
}

function text(umm: FoundConcept, field: string): string {
  const value = umm[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new CmrError(`CMR answered in another form than its own: ${field} is missing.`);
}
