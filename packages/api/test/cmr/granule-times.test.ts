import { describe, expect, test } from '@jest/globals';
import { granuleTimesOf } from '../../src/cmr/granule-times.ts';
import { MetadataError } from '../../src/errors.ts';
import { ECHO10, realMetadata, UMM_G } from './real-metadata.ts';

const xml = (inside: string): string => `<?xml version="1.0"?><Granule>${inside}</Granule>`;
const read = (format: 'echo10' | 'umm-g', text: string) => granuleTimesOf(format, text, 's3://b/k');

describe('the times of a granule', () => {
  test('are those of real metadata', () => {
    expect(read('echo10', realMetadata(ECHO10))).toEqual({
      beginningDateTime: '2016-12-23T13:45:00.000000Z',
      endingDateTime: '2016-12-23T17:05:00.000000Z',
      productionDateTime: '2016-12-25T10:46:06.000Z',
      lastUpdateDateTime: '2018-04-26T21:33:43.913617',
    });
    const umm = JSON.parse(realMetadata(UMM_G));
    expect(read('umm-g', realMetadata(UMM_G))).toEqual({
      beginningDateTime: umm.TemporalExtent.RangeDateTime.BeginningDateTime,
      endingDateTime: umm.TemporalExtent.RangeDateTime.EndingDateTime,
      productionDateTime: umm.DataGranule.ProductionDateTime,
      lastUpdateDateTime: umm.ProviderDates.find(({ Type }: { Type: string }) => Type === 'Update').Date,
    });
  });

  test('of one instant begin and end then; the insertion stands for an update', () => {
    const times = { beginningDateTime: '2020-01-01T00:00:00Z', endingDateTime: '2020-01-01T00:00:00Z' };
    const lastUpdateDateTime = '2020-02-01T00:00:00Z';
    const inside = `<InsertTime>${lastUpdateDateTime}</InsertTime><Temporal><SingleDateTime> ${times.endingDateTime} </SingleDateTime></Temporal>`;
    expect(read('echo10', xml(inside))).toEqual({ ...times, lastUpdateDateTime });
    const umm = {
      TemporalExtent: { SingleDateTime: times.endingDateTime },
      ProviderDates: [{ Type: 'Insert', Date: lastUpdateDateTime }],
    };
    expect(read('umm-g', JSON.stringify(umm))).toEqual({ ...times, lastUpdateDateTime });
  });

  test('are read after a byte order mark, and may be a leap second', () => {
    const SingleDateTime = '2016-12-31T23:59:60Z';
    const times = { beginningDateTime: SingleDateTime, endingDateTime: SingleDateTime };
    expect(read('umm-g', `\uFEFF${JSON.stringify({ TemporalExtent: { SingleDateTime } })}`)).toEqual(times);
    const inside = `<Temporal><SingleDateTime>${SingleDateTime}</SingleDateTime></Temporal>`;
    expect(read('echo10', `\uFEFF${xml(inside)}`)).toEqual(times);
    for (const time of ['2016-12-31T23:59:61Z', '2016-12-31T23:60:00Z'])
      expect(() => read('echo10', xml(`<LastUpdate>${time}</LastUpdate>`))).toThrow(MetadataError);
  });

  test('that are not there are left out', () => {
    expect(read('echo10', xml('<GranuleUR>G</GranuleUR>'))).toEqual({});
    for (const json of ['{}', '{"TemporalExtent":[],"ProviderDates":{},"DataGranule":null}'])
      expect(read('umm-g', json)).toEqual({});
    expect(read('echo10', '<e:Granule xmlns:e="x"><e:LastUpdate>2020-01-01</e:LastUpdate></e:Granule>')).toEqual({
      lastUpdateDateTime: '2020-01-01',
    });
  });

  test.each([
    ['echo10', ''],
    ['echo10', 'no XML'],
    ['echo10', '<Granule><A></Granule>'],
    ['echo10', '<Other/>'],
    ['echo10', '<!DOCTYPE g [<!ENTITY a "aaaa">]><Granule>&a;</Granule>'],
    ['echo10', xml('&unknown;')],
    ['echo10', `<Granule>${'<A '.repeat(100_000)}`],
    ['echo10', `<Granule>${'<A>'.repeat(100_000)}`],
    ['echo10', `<Granule><!-- ${'<A '.repeat(100_000)}`],
    ['echo10', xml('<A/>'.repeat(100_000))],
    ['echo10', xml('<LastUpdate>yesterday</LastUpdate>')],
    ['umm-g', '['.repeat(100_000)],
    ['umm-g', '[]'],
    ['umm-g', 'null'],
    ['umm-g', '{"TemporalExtent":{"SingleDateTime":20200101}}'],
  ] as const)('in a damaged file of %s are an error at once (%#)', (format, text) => {
    const started = performance.now();
    expect(() => read(format, text)).toThrow(MetadataError);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
