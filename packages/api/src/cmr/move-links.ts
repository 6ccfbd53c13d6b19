import { isObject } from '@cumulus/dynamodb/aws';
import type { MetadataFormat } from '@cumulus/models/messages';
import { XMLSerializer } from '@xmldom/xmldom';
import { MetadataError } from '../errors.ts';
import { toJson } from '../json/to-json.ts';
import { childrenOf, elementAt, textOfElement } from './echo10.ts';
import { changesOfLinks, type LinkRules, type LinkType, type MovedFile, type NewLink } from './moved-links.ts';
import { parseXml } from './parse-xml.ts';
import { parseUmmG } from './umm-g.ts';

/** A granule's metadata after a move, and what CMR needs to know of them. */
export interface MovedMetadata {
  readonly text: string;
  readonly granuleUr: string;
  /** Of UMM-G. */
  readonly version: string | undefined;
}

/**
 * A granule's metadata with the links that its files have after a move. All else stays. The same file and move give the same text,
 * and moved once more it stays as it is.
 * @param name what the file is called in messages
 * @throws MetadataError, NotConfiguredError
 */
export function moveLinks(
  format: MetadataFormat,
  text: string,
  moves: readonly MovedFile[],
  rules: LinkRules & { readonly name: string },
): MovedMetadata {
  const moved = format === 'echo10' ? moveEcho10(text, moves, rules) : moveUmmG(text, moves, rules);
  if (moved.granuleUr === '') throw new MetadataError(`${rules.name} has no GranuleUR.`);
  return moved;
}

function moveUmmG(
  json: string,
  moves: readonly MovedFile[],
  { name, ...rules }: LinkRules & { readonly name: string },
) {
  const metadata = parseUmmG(json, name);
  const related = Array.isArray(metadata['RelatedUrls']) ? (metadata['RelatedUrls'] as readonly unknown[]) : [];
  const links = related.map((link) => {
    const { URL: url, Type: type } = isObject(link) ? link : {};
    return { url: String(url), type: typeof type === 'string' ? type : undefined };
  });
  const { urls, added } = changesOfLinks(links, moves, rules);
  const kept = related.flatMap((link, index) => {
    const url = urls[index];
    if (url === undefined) return [];
    return url === links[index]?.url ? [link] : [{ ...(link as object), URL: url }];
  });
  const isSame = added.length === 0 && kept.length === related.length && kept.every((link, at) => link === related[at]);
  const after = [...kept, ...added.map(({ url, type }) => ({ URL: url, Description: DESCRIPTION, Type: type }))];
  const specification = metadata['MetadataSpecification'];
  const version = isObject(specification) ? specification['Version'] : undefined;
  const granuleUr = metadata['GranuleUR'];
  return {
    text: isSame ? json : toJson({ ...metadata, RelatedUrls: after }),
    granuleUr: typeof granuleUr === 'string' ? granuleUr : '',
    version: typeof version === 'string' ? version : undefined,
  };
}

const DESCRIPTION = 'File to download';

/** The lists of links in ECHO10: each, its members, and what comes after it in the schema's order. */
const LISTS = [
  { list: 'OnlineAccessURLs', member: 'OnlineAccessURL' },
  { list: 'OnlineResources', member: 'OnlineResource' },
  { list: 'AssociatedBrowseImageUrls', member: 'ProviderBrowseUrl' },
] as const;

type List = (typeof LISTS)[number];

const AFTER_LINKS = [
  'Orderable',
  'DataFormat',
  'Visible',
  'CloudCover',
  'MetadataStandardName',
  'MetadataStandardVersion',
  'AssociatedBrowseImages',
];

const FOLLOWERS: Readonly<Record<List['list'], readonly string[]>> = {
  OnlineAccessURLs: ['OnlineResources', ...AFTER_LINKS, 'AssociatedBrowseImageUrls'],
  OnlineResources: [...AFTER_LINKS, 'AssociatedBrowseImageUrls'],
  AssociatedBrowseImageUrls: [],
};

/** Where a new link goes, and its fields in the schema's order. */
const PLACES: Readonly<Record<LinkType, { readonly list: List; readonly fields: (link: NewLink) => Fields }>> = {
  'GET DATA': { list: LISTS[0], fields: ({ url }) => ({ URL: url, URLDescription: DESCRIPTION }) },
  'EXTENDED METADATA': { list: LISTS[1], fields: resource },
  'VIEW RELATED INFORMATION': { list: LISTS[1], fields: resource },
  'GET RELATED VISUALIZATION': { list: LISTS[2], fields: ({ url }) => ({ URL: url, Description: DESCRIPTION }) },
};

type Fields = Readonly<Record<string, string>>;

function resource({ url, type }: NewLink): Fields {
  return { URL: url, Description: DESCRIPTION, Type: type };
}

function moveEcho10(
  xml: string,
  moves: readonly MovedFile[],
  { name, ...rules }: LinkRules & { readonly name: string },
) {
  const document = parseXml(xml, name);
  const granule = elementAt(document, 'Granule');
  if (granule === undefined) throw new MetadataError(`${name} has no element Granule.`);
  const members = LISTS.flatMap(({ list, member }) => childrenOf(elementAt(granule, list), member));
  const links = members.map((member) => ({
    url: textOfElement(elementAt(member, 'URL')) ?? '',
    type: textOfElement(elementAt(member, 'Type')),
  }));
  const { urls, added } = changesOfLinks(links, moves, rules);
  let isSame = added.length === 0;
  for (const [index, member] of members.entries()) {
    const url = urls[index];
    if (url === links[index]?.url) continue;
    isSame = false;
    if (url === undefined) removeMember(member);
    else (elementAt(member, 'URL') as Element).textContent = url;
  }
  for (const link of added) addMember(document, granule, link);
  return {
    text: isSame ? xml : new XMLSerializer().serializeToString(document),
    granuleUr: textOfElement(elementAt(granule, 'GranuleUR')) ?? '',
    version: undefined,
  };
}

/** A list without members is not there. */
function removeMember(member: Element): void {
  const list = member.parentNode as Element;
  list.removeChild(member);
  if (childrenOf(list).length === 0) list.parentNode?.removeChild(list);
}

function addMember(document: Document, granule: Element, link: NewLink): void {
  const { list, fields } = PLACES[link.type];
  // In the namespace of the granule, if it has one.
  const create = (name: string): Element => document.createElementNS(granule.namespaceURI, name);
  let parent = elementAt(granule, list.list);
  if (parent === undefined) {
    parent = create(list.list);
    const next = childrenOf(granule).find(({ localName, nodeName }) =>
      FOLLOWERS[list.list].includes(localName ?? nodeName),
    );
    granule.insertBefore(parent, next ?? null);
  }
  const member = create(list.member);
  for (const [name, value] of Object.entries(fields(link))) {
    const field = create(name);
    field.textContent = value;
    member.appendChild(field);
  }
  parent.appendChild(member);
}
