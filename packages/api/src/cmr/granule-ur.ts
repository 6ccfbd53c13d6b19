import type { MetadataFormat } from '@cumulus/models/messages';
import { MetadataError } from '../errors.ts';
import { elementAt, textOfElement } from './echo10.ts';
import { parseXml } from './parse-xml.ts';
import { parseUmmG } from './umm-g.ts';

/** The id of a granule in its metadata file, by which Cumulus publishes it. @param name what the file is called in messages */
export function granuleUrOf(format: MetadataFormat, text: string, name: string): string {
  const id =
    format === 'echo10'
      ? textOfElement(elementAt(parseXml(text, name), 'Granule', 'GranuleUR'))
      : parseUmmG(text, name)['GranuleUR'];
  if (typeof id === 'string' && id !== '') return id;
  throw new MetadataError(`${name} has no GranuleUR.`);
}
