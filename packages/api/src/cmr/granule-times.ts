import { isObject } from '@cumulus/dynamodb/aws';
import type { GranuleTimes, MetadataFormat } from '@cumulus/models/messages';
import { MetadataError } from '../errors.ts';
import { elementAt, textOfElement } from './echo10.ts';
import { parseXml } from './parse-xml.ts';
import { parseUmmG } from './umm-g.ts';

/**
 * The times of a granule's data, out of its metadata file. A granule of one instant begins and ends then.
 * @param name what the file is called in messages
 * @throws MetadataError
 */
export function granuleTimesOf(format: MetadataFormat, text: string, name: string): GranuleTimes {
  const times = format === 'echo10' ? timesOfEcho10(text, name) : timesOfUmmG(text, name);
  const entries = Object.entries(times).filter(([, time]) => time !== undefined);
  for (const [field, time] of entries) {
    if (typeof time !== 'string' || !isTime(time))
      throw new MetadataError(`${name} has a ${field} that is no time of ISO 8601.`);
  }
  return Object.fromEntries(entries);
}

type Times = { readonly [Field in keyof GranuleTimes]: unknown };

const ISO_8601 = /^\d{4}-\d\d-\d\d(T[\d:.]{5,30}(Z|[+-]\d\d:?\d\d)?)?$/;

function isTime(time: string): boolean {
  // JavaScript knows no leap seconds, but satellites see them.
  return ISO_8601.test(time) && !Number.isNaN(Date.parse(time.replace(/(:\d\d):60(?=\D|$)/, '$1:59')));
}

function timesOfEcho10(xml: string, name: string): Times {
  const document = parseXml(xml, name);
  const at = (...path: string[]): string | undefined => textOfElement(elementAt(document, 'Granule', ...path));
  if (elementAt(document, 'Granule') === undefined) throw new MetadataError(`${name} has no element Granule.`);
  const single = at('Temporal', 'SingleDateTime');
  return {
    beginningDateTime: at('Temporal', 'RangeDateTime', 'BeginningDateTime') ?? single,
    endingDateTime: at('Temporal', 'RangeDateTime', 'EndingDateTime') ?? single,
    productionDateTime: at('DataGranule', 'ProductionDateTime'),
    lastUpdateDateTime: at('LastUpdate') ?? at('InsertTime'),
  };
}

function timesOfUmmG(json: string, name: string): Times {
  const metadata = parseUmmG(json, name);
  const { RangeDateTime, SingleDateTime: single } = objectOf(metadata['TemporalExtent']);
  const { BeginningDateTime, EndingDateTime } = objectOf(RangeDateTime);
  const dates = Array.isArray(metadata['ProviderDates']) ? metadata['ProviderDates'].map(objectOf) : [];
  const dateOf = (type: string): unknown => dates.find(({ Type }) => Type === type)?.['Date'];
  return {
    beginningDateTime: BeginningDateTime ?? single,
    endingDateTime: EndingDateTime ?? single,
    productionDateTime: objectOf(metadata['DataGranule'])['ProductionDateTime'],
    lastUpdateDateTime: dateOf('Update') ?? dateOf('Insert'),
  };
}

function objectOf(value: unknown): { readonly [field: string]: unknown } {
  return isObject(value) ? value : {};
}
