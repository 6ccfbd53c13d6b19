import { DOMParser } from '@xmldom/xmldom';
import { MetadataError } from '../errors.ts';

/** More than metadata have; the parser takes quadratic time for some XML. */
const MAX_TAGS = 20_000;
const MAX_DEPTH = 100;

/** What a `<` can begin that has an end of its own. */
const SECTIONS: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
];

/** Parses XML. @param name what it is called in messages @throws MetadataError where it is none, or too large */
export function parseXml(xml: string, name: string): Document {
  checkTags(xml, name);
  const fail = (problem: string): never => {
    throw new MetadataError(`${name} is not valid XML: ${problem.split('\n')[0]}.`);
  };
  return new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } }).parseFromString(
    xml,
    'text/xml',
  );
}

/** Refuses what would keep the parser busy, in linear time: tags without an end, too many of them, or too deep. */
function checkTags(xml: string, name: string): void {
  let [tags, depth] = [0, 0];
  for (let start = xml.indexOf('<'); start !== -1; ) {
    const [, sectionEnd] = SECTIONS.find(([begin]) => xml.startsWith(begin, start)) ?? [];
    const end = xml.indexOf(sectionEnd ?? '>', start);
    const next = xml.indexOf('<', start + 1);
    if (sectionEnd !== undefined) {
      if (end === -1) throw new MetadataError(`${name} is not valid XML: it breaks off.`);
      start = xml.indexOf('<', end);
      continue;
    }
    if (end === -1 || (next !== -1 && next < end))
      throw new MetadataError(`${name} is not valid XML: a tag has no end.`);
    // Entities that it could declare grow without limits.
    if (xml[start + 1] === '!') throw new MetadataError(`${name} has a document type, which metadata do not need.`);
    if (xml[start + 1] === '/') depth -= 1;
    else if (xml[end - 1] !== '/') depth += 1;
    tags += 1;
    if (tags > MAX_TAGS || depth > MAX_DEPTH) throw new MetadataError(`${name} has too many tags.`);
    start = next;
  }
}
