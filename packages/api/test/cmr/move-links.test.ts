import { describe, expect, test } from '@jest/globals';
import { DOMParser } from '@xmldom/xmldom';
import { moveLinks } from '../../src/cmr/move-links.ts';
import type { MovedFile } from '../../src/cmr/moved-links.ts';
import { MetadataError, NotConfiguredError } from '../../src/errors.ts';
import { ECHO10, realMetadata, UMM_G } from './real-metadata.ts';

const rules = {
  name: 's3://b/k',
  isDistributed: (bucket: string) => !bucket.includes('private'),
  distributionUrl: 'https://data.example.org',
};

const moved = (from: string, to: string, type?: string): MovedFile => {
  const place = (text: string) => ({ bucket: text.replace(/\/.*/, ''), key: text.replace(/^[^/]*\//, '') });
  return { file: { ...place(from), ...(type === undefined ? {} : { type }) }, from: place(from), to: place(to) };
};

const NC = 'ascat_20121029_010301_metopb_00588_eps_o_coa_2101_ovw.l2.nc';
const PNG = 'ASCATB-L2-Coastal/ascat_20121029_010301_metopb_00588_eps_o_coa_2101_ovw.l2.wind_dir.png';

const urlsOfUmm = (text: string): readonly string[] =>
  JSON.parse(text).RelatedUrls.map(({ URL }: { URL: string }) => URL);
const urlsOfXml = (text: string): readonly (string | null)[] =>
  Array.from(new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('URL')).map(
    (url) => url.textContent,
  );

describe('the links in real metadata', () => {
  const umm = realMetadata(UMM_G);
  const xml = realMetadata(ECHO10);

  test('of UMM-G lead to where files are moved, each in its form; all else stays', () => {
    const moves = [
      moved(`podaac-ops-cumulus-protected/ASCATB-L2-Coastal/${NC}`, `other-protected/new/${NC}`),
      moved(`podaac-ops-cumulus-public/${PNG}`, `podaac-private/${PNG}`),
    ];
    const { text, granuleUr, version } = moveLinks('umm-g', umm, moves, rules);
    const before = urlsOfUmm(umm);
    const wanted = before
      .map((url) => url.replace('podaac-ops-cumulus-protected/ASCATB-L2-Coastal', 'other-protected/new'))
      .filter((url) => !url.endsWith('wind_dir.png'));
    expect(urlsOfUmm(text)).toEqual(wanted);
    expect(wanted).toContain(`s3://other-protected/new/${NC}`);
    expect(wanted.some((url) => url.includes('opendap'))).toBe(true);
    const { RelatedUrls: _before, ...othersBefore } = JSON.parse(umm);
    const { RelatedUrls: _after, ...others } = JSON.parse(text);
    expect(others).toEqual(othersBefore);
    expect({ granuleUr, version }).toEqual({
      granuleUr: JSON.parse(umm).GranuleUR,
      version: JSON.parse(umm).MetadataSpecification.Version,
    });
    expect(moveLinks('umm-g', text, moves, rules).text).toBe(text);
  });

  test('of ECHO10 do so too, by the name of the file where they say no more', () => {
    const base = 'MOD09GQ.A2016358.h13v04.006.2016360104606';
    const moves = [
      moved(`cumulus-test-sandbox-protected/x/${base}.hdf`, `new-protected/y/${base}.hdf`),
      moved(`cumulus-test-sandbox-public/${base}_ndvi.jpg`, `new-public/y/${base}_ndvi.jpg`),
    ];
    const { text, granuleUr } = moveLinks('echo10', xml, moves, rules);
    expect(urlsOfXml(text)).toEqual([
      `https://data.example.org/new-protected/y/${base}.hdf`,
      `http://new-public.s3.amazonaws.com/y/${base}_ndvi.jpg`,
      ...urlsOfXml(xml).slice(2),
    ]);
    expect(granuleUr).toBe(base);
    const withoutUrls = (one: string): string => one.replaceAll(/<URL>.*?<\/URL>/g, '');
    expect(withoutUrls(text).trim()).toBe(withoutUrls(xml).trim());
    expect(moveLinks('echo10', text, moves, rules).text).toBe(text);
  });

  test('to no moved file leave the text as it is, to the byte', () => {
    const none = [moved('other/a.hdf', 'other/b.hdf')];
    expect(moveLinks('umm-g', umm, none, rules).text).toBe(umm);
    expect(moveLinks('echo10', xml, none, rules).text).toBe(xml);
  });
});

describe('a file that is distributed from now on', () => {
  const xml = (inside: string): string =>
    `<?xml version="1.0"?><Granule><GranuleUR>G</GranuleUR>${inside}<Visible>true</Visible></Granule>`;

  test.each([
    [
      'data',
      '<OnlineAccessURLs><OnlineAccessURL><URL>U</URL><URLDescription>File to download</URLDescription></OnlineAccessURL></OnlineAccessURLs>',
      '',
    ],
    [
      'metadata',
      '<OnlineResources><OnlineResource><URL>U</URL><Description>File to download</Description><Type>EXTENDED METADATA</Type></OnlineResource></OnlineResources>',
      '',
    ],
    [
      'browse',
      '',
      '<AssociatedBrowseImageUrls><ProviderBrowseUrl><URL>U</URL><Description>File to download</Description></ProviderBrowseUrl></AssociatedBrowseImageUrls>',
    ],
  ])('as %s gets a link where the schema of ECHO10 has it', (type, before, after) => {
    const move = [moved('private/a.x', 'public/b/a.x', type)];
    const { text } = moveLinks('echo10', xml(''), move, rules);
    const wanted = xml(before).replace('</Granule>', `${after}</Granule>`);
    expect(text).toBe(wanted.replace('U</URL>', 'https://data.example.org/public/b/a.x</URL>'));
    expect(moveLinks('echo10', text, move, rules).text).toBe(text);
    const back = [moved('public/b/a.x', 'private/a.x', type)];
    expect(moveLinks('echo10', text, back, rules).text).toBe(xml(''));
  });

  test('gets one in UMM-G', () => {
    const { text } = moveLinks('umm-g', '{"GranuleUR":"G"}', [moved('private/a', 'public/a', 'browse')], rules);
    expect(JSON.parse(text).RelatedUrls).toEqual([
      { URL: 'https://data.example.org/public/a', Description: 'File to download', Type: 'GET RELATED VISUALIZATION' },
    ]);
  });

  test('needs the address of the distribution', () => {
    const without = { ...rules, distributionUrl: undefined };
    const move = [moved('private/a', 'public/a')];
    expect(() => moveLinks('umm-g', '{"GranuleUR":"G"}', move, without)).toThrow(NotConfiguredError);
  });
});

test('keys with special characters are found in both ways to write them', () => {
  const move = [moved('public/a b/c&d.hdf', 'public/e f/c&d.hdf')];
  const urls = ['https://x/public/a b/c&d.hdf', 'https://x/public/a%20b/c%26d.hdf', 's3://public/a b/c&d.hdf'];
  const umm = JSON.stringify({ GranuleUR: 'G', RelatedUrls: urls.map((URL) => ({ URL })), Precise: 1 });
  expect(urlsOfUmm(moveLinks('umm-g', umm, move, rules).text)).toEqual([
    'https://x/public/e f/c&d.hdf',
    'https://x/public/e%20f/c%26d.hdf',
    's3://public/e f/c&d.hdf',
  ]);
  const xml = `<Granule><GranuleUR>G</GranuleUR><OnlineResources><OnlineResource><URL>https://x/public/a b/c&amp;d.hdf</URL></OnlineResource></OnlineResources></Granule>`;
  expect(moveLinks('echo10', xml, move, rules).text).toContain('<URL>https://x/public/e f/c&amp;d.hdf</URL>');
});

test('metadata without the id of a granule are refused', () => {
  for (const [format, text] of [
    ['echo10', '<Granule/>'],
    ['umm-g', '{}'],
  ] as const)
    expect(() => moveLinks(format, text, [], rules)).toThrow(MetadataError);
});
