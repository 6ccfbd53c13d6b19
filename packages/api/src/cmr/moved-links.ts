import type { S3Location } from '@cumulus/dynamodb/storage';
import type { GranuleFile } from '@cumulus/models/schemas';
import { NotConfiguredError } from '../errors.ts';

/** A file that gets another place. */
export interface MovedFile {
  readonly file: GranuleFile;
  readonly from: S3Location;
  readonly to: S3Location;
}

/** A link in a granule's metadata. */
export interface MetadataLink {
  readonly url: string;
  /** What it leads to, in CMR's words; undefined where the metadata do not say it. */
  readonly type: string | undefined;
}

/** A link to a file that had none. */
export interface NewLink extends MetadataLink {
  readonly type: LinkType;
}

export type LinkType = 'GET DATA' | 'GET RELATED VISUALIZATION' | 'EXTENDED METADATA' | 'VIEW RELATED INFORMATION';

/** What a move changes among the links of a granule's metadata. */
export interface LinkChanges {
  /** For each link its URL then; undefined for one that goes. */
  readonly urls: readonly (string | undefined)[];
  readonly added: readonly NewLink[];
}

export interface LinkRules {
  /** Whether files of a bucket are distributed. */
  readonly isDistributed: (bucket: string) => boolean;
  /** Where files are distributed, without a slash at its end. */
  readonly distributionUrl: string | undefined;
}

/**
 * What becomes of links when files move. A link to a moved file leads to its new place, of the same form as before; it goes where
 * files are not distributed; and a file that comes from there to where they are gets one. Links to services stay.
 * @throws NotConfiguredError where a new link needs the address of the distribution
 */
export function changesOfLinks(
  links: readonly MetadataLink[],
  moves: readonly MovedFile[],
  { isDistributed, distributionUrl }: LinkRules,
): LinkChanges {
  const distribute = ({ bucket, key }: S3Location): string => {
    if (distributionUrl !== undefined) return `${distributionUrl}/${bucket}/${key}`;
    throw new NotConfiguredError(
      'The address for links to files is not known: the setting DISTRIBUTION_ENDPOINT is missing.',
    );
  };
  const linked = new Set<MovedFile>();
  const urls = links.map(({ url, type }): string | undefined => {
    for (const move of moves) {
      const isThere = leadsTo(url, move.to);
      const direct = isThere ? url : replaced(url, move);
      if (direct === undefined && !isByName(url, type, move)) continue;
      linked.add(move);
      return isDistributed(move.to.bucket) ? (direct ?? distribute(move.to)) : undefined;
    }
    return url;
  });
  const added = moves
    .filter((move) => !linked.has(move) && isDistributed(move.to.bucket) && !isDistributed(move.from.bucket))
    .map(({ file, to }): NewLink => ({ url: distribute(to), type: LINK_TYPES[file.type ?? ''] ?? 'GET DATA' }));
  return { urls, added };
}

/** What files are, in the words of granules' files. */
const LINK_TYPES: Readonly<Record<string, LinkType>> = {
  ancillary: 'VIEW RELATED INFORMATION',
  browse: 'GET RELATED VISUALIZATION',
  data: 'GET DATA',
  linkage: 'EXTENDED METADATA',
  metadata: 'EXTENDED METADATA',
  qa: 'EXTENDED METADATA',
};

const AS_IT_IS = (key: string): string => key;
const ENCODED = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

/** A link of the same form to the new place: in S3, by way of a distribution, or of S3's own addresses; undefined for any other link. */
function replaced(url: string, { from, to }: Pick<MovedFile, 'from' | 'to'>): string | undefined {
  if (url === `s3://${from.bucket}/${from.key}`) return `s3://${to.bucket}/${to.key}`;
  if (!/^https?:\/\//.test(url)) return undefined;
  for (const write of [AS_IT_IS, ENCODED]) {
    const end = `/${from.bucket}/${write(from.key)}`;
    if (url.endsWith(end)) return `${url.slice(0, -end.length)}/${to.bucket}/${write(to.key)}`;
    const [, scheme, bucket, host, key] =
      /^(https?:\/\/)([^/]+?)(\.s3[\w.-]*\.amazonaws\.com(?:\.cn)?)\/(.*)$/s.exec(url) ?? [];
    if (bucket === from.bucket && key === write(from.key)) return `${scheme}${to.bucket}${host}/${write(to.key)}`;
  }
  return undefined;
}

/** Whether a link, of whatever form, leads to a place: in S3, by way of a distribution, or by S3's own addresses. */
export function leadsTo(url: string, place: S3Location): boolean {
  return replaced(url, { from: place, to: place }) !== undefined;
}

/** Links of earlier releases may name the file alone. Those to services name it too. */
function isByName(url: string, type: string | undefined, { from }: MovedFile): boolean {
  const [, name = ''] = /([^/]*)$/.exec(from.key) ?? [];
  const isService = /SERVICE|OPENDAP/i.test(type ?? '');
  return (
    !isService &&
    name !== '' &&
    /^https?:\/\//.test(url) &&
    [name, encodeURIComponent(name)].some((one) => url.endsWith(`/${one}`))
  );
}
