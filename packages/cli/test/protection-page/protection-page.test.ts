import { createHash } from 'node:crypto';
import { TABLE_NAMES } from '@cumulus/dynamodb/tables';
import { describe, expect, test } from '@jest/globals';
import { PAGE_STYLE_SOURCE, protectionPage } from '../../src/protection-page/index.ts';
import {
  AT,
  archived,
  backupAt,
  before,
  days,
  everyKindOfFact,
  hours,
  instant,
  protectedTable,
  report,
  wellProtected,
  window,
} from './reports.ts';

const HOSTILE = '<script>alert("1")</script>&\'\u202e\u0007';
const HOSTILE_AS_SHOWN = '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;\\u202e\\u0007';

/** The levels of the page's headings, in its order. */
function headingsOf(page: string): readonly number[] {
  return [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
}

describe('the page of a deployment', () => {
  test('escapes every text, and shows what is not printable as a terminal would', () => {
    const table = protectedTable(HOSTILE, {
      table: HOSTILE,
      findings: [{ code: HOSTILE, level: 'failure', message: HOSTILE, fix: HOSTILE }],
      pointInTime: { known: false, because: HOSTILE },
      stream: { known: true, value: { viewType: HOSTILE } },
      encryption: { known: true, value: { type: 'KMS', key: HOSTILE, status: HOSTILE } },
      onDemand: {
        known: true,
        value: { arn: HOSTILE, name: HOSTILE, createdAt: HOSTILE, status: HOSTILE, type: HOSTILE },
      },
      export: { known: true, value: { arn: HOSTILE, at: HOSTILE, status: HOSTILE, to: HOSTILE } },
      backup: {
        known: true,
        value: { file: HOSTILE, startedAt: HOSTILE, endedAt: HOSTILE, items: 1, bytes: 1, proofs: [] },
      },
      restorable: [backupAt(HOSTILE), window(HOSTILE, HOSTILE)],
    });
    const page = protectionPage(
      report([table], {
        ...{ prefix: HOSTILE, region: HOSTILE, backups: HOSTILE },
        findings: [{ code: 'X', level: 'warning', message: HOSTILE }],
        rehearsal: {
          ...{ at: HOSTILE, from: 'backup', tables: 1, proved: 1, seconds: 1, outcome: 'failed' },
          file: HOSTILE,
        },
      }),
    );
    expect(page).toContain(HOSTILE_AS_SHOWN);
    const tags = new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, tag]) => tag));
    expect([...tags].filter((tag) => /script|iframe|img|object|embed|form|input/i.test(String(tag)))).toEqual([]);
    for (const character of ['\u202e', '\u0007']) expect(page).not.toContain(character);
    expect(page).not.toMatch(/="[^"]*<script/);
  });

  test('loads nothing: it names no address but places in itself', () => {
    const page = protectionPage(everyKindOfFact());
    const addresses = [...page.matchAll(/\s(?:href|src|srcset|action|data|xlink:href)="([^"]*)"/g)].map(([, to]) => to);
    expect(addresses.filter((address) => !/^#|^data:,$/.test(String(address)))).toEqual([]);
    expect(page).not.toMatch(/url\(|@import|style="|\son[a-z]+=/);
  });

  test('permits its one style by its hash, and nothing else', () => {
    const page = protectionPage(wellProtected());
    const style = String(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]);
    const hash = createHash('sha256').update(style).digest('base64');
    expect(PAGE_STYLE_SOURCE).toBe(`'sha256-${hash}'`);
    const policy = `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; img-src data:;`;
    expect(page).toContain(`content="${policy.replaceAll("'", '&#39;')} `);
    expect(page.match(/<style/g)).toHaveLength(1);
  });

  test('begins with the verdict, as a sentence', () => {
    const sentence = (page: string): string =>
      String(/<h2 id="verdict">([\s\S]*?)<\/h2>/.exec(page)?.[1]).replace(/<[^>]+>/g, '');
    const warned = protectedTable('GranulesTable', { verdict: 'warning' });
    const bad = protectedTable('RulesTable', { verdict: 'unprotected' });
    expect(sentence(protectionPage(wellProtected()))).toBe('prod is protected: 4 tables, and each meets the policy.');
    expect(sentence(protectionPage(report([warned], { verdict: 'warning' })))).toBe(
      'prod is protected, with warnings: 1 of 1 table has warnings.',
    );
    expect(sentence(protectionPage(report([protectedTable('RulesTable')], { verdict: 'warning' })))).toBe(
      'prod is protected, with warnings: there are warnings about the deployment.',
    );
    expect(sentence(protectionPage(report([warned, bad])))).toBe(
      'prod is not protected: 1 of 2 tables has too little protection.',
    );
    expect(sentence(protectionPage(report([warned])))).toBe(
      'prod is not protected: the deployment does not meet the policy.',
    );
  });

  test('has each finding with its command, failures first', () => {
    const page = protectionPage(everyKindOfFact());
    for (const { findings } of [everyKindOfFact(), ...everyKindOfFact().tables]) {
      for (const { message, fix } of findings) {
        expect(page).toContain(message);
        if (fix !== undefined) expect(page).toContain(`<pre class="fix"><code>${fix}</code></pre>`);
      }
    }
    const mixed = protectedTable('RulesTable', {
      findings: [
        { code: 'STREAM_OFF', level: 'warning', message: 'w' },
        { code: 'PITR_OFF', level: 'failure', message: 'f' },
      ],
    });
    const codes = [...protectionPage(report([mixed], { findings: [] })).matchAll(/<code class="code">(\w+)/g)];
    expect(codes.map(([, code]) => code)).toEqual(['PITR_OFF', 'STREAM_OFF']);
  });

  test('names a fact that is not known as not known, and never as absent', () => {
    const denied = { known: false, because: 'dynamodb:ListBackups is denied' } as const;
    const table = protectedTable('RulesTable', {
      ...{ exists: null, items: null, bytes: null, restorable: [] },
      ...{ pointInTime: denied, deletionProtection: denied, encryption: denied, stream: denied },
      ...{ onDemand: denied, backup: denied, provedBackup: denied, export: denied, archive: denied },
    });
    const page = protectionPage(report([table]));
    const facts = [...page.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)];
    expect(facts).toHaveLength(10);
    for (const [, name, value] of facts) expect([name, value]).toEqual([name, expect.stringContaining('not known')]);
    expect(page).toContain('window not known: dynamodb:ListBackups is denied');
    expect(page).not.toContain('no point-in-time recovery');
  });

  test('shows what an archive has of a table, with its gaps, and says nothing of one that was not named', () => {
    const archive = {
      restorable: [
        { from: days(60), to: days(9) },
        { from: days(8), to: before(60_000) },
      ],
      ...{ points: [days(100)], latest: before(60_000), gaps: [{ from: days(9), until: days(8) }], damage: null },
    };
    const restorable = [archived(days(100), days(100)), archived(days(60), days(9)), archived(days(8), before(60_000))];
    const table = protectedTable('RulesTable', { archive: { known: true, value: archive }, restorable });
    const page = protectionPage(report([table]));
    expect(page).toContain(', archive in <bdi>s3://prod-archive/tables</bdi>');
    expect(page.match(/<rect class="archived" x="[\d.]+%"/g)).toHaveLength(2);
    expect(page).toMatch(/<title>any second of the archive from 2026-09-30 20:32 UTC to 2026-11-20 20:32 UTC<\/title>/);
    expect(page).toMatch(/<title>second of the archive: 2026-08-21 20:32 UTC<\/title>/);
    expect(page).toMatch(/<dt>Archive of every change<\/dt><dd>any second: [\s\S]*1 second alone[\s\S]*a gap from/);
    expect(page).toContain('<td>archive</td><td>any second</td>');
    const damaged = { ...archive, restorable: [], points: [], latest: null, gaps: [], damage: 'a.gz: it is <empty>.' };
    expect(
      protectionPage(report([protectedTable('RulesTable', { archive: { known: true, value: damaged } })])),
    ).toContain('damaged: <bdi>a.gz: it is &lt;empty&gt;.</bdi>');
    const without = protectionPage(
      report([protectedTable('RulesTable', { restorable: [], archive: { known: false, because: 'not asked' } })], {
        archive: null,
      }),
    );
    expect(without).not.toContain('rchive of every change');
    expect(without).not.toContain('by the archive');
  });

  test('has one title, headings without gaps, and landmarks', () => {
    const page = protectionPage(everyKindOfFact());
    const levels = headingsOf(page);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [at, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[at - 1] ?? 0) + 1);
    for (const tag of ['<html lang="en">', '<meta charset="utf-8">', '<header>', '<main>', '<footer>'])
      expect(page.split(tag)).toHaveLength(2);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const referred = [...page.matchAll(/(?:aria-labelledby="([^"]*)"|href="#([^"]*)")/g)];
    for (const [, labels = '', place = ''] of referred)
      for (const id of `${labels} ${place}`.trim().split(' ')) expect(ids).toContain(id);
  });

  test('stays under 300 KB for 12 tables with 700 backups each, and says how many there are', () => {
    const restorable = [
      window(before(35 * 86_400_000), before(300_000)),
      ...[...Array(500).keys()].map((at) => backupAt(hours(at * 12 + 1), at % 3 === 0)),
      ...[...Array(100).keys()].flatMap((at) => [
        instant('on-demand', hours(at * 100)),
        instant('export', hours(at * 90)),
      ]),
    ];
    const names = [...TABLE_NAMES, 'RecordCountsTable'];
    expect(names).toHaveLength(12);
    const page = protectionPage(report(names.map((name) => protectedTable(name, { restorable }))));
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
    expect(page).toContain('<td>proved backups</td><td>167</td>');
    expect(page).toContain('<td>backups, not proved</td><td>333</td>');
    const first = String(/<svg class="strip"[\s\S]*?<\/svg>/.exec(page)?.[0]);
    expect(first.match(/<use /g)?.length).toBeLessThan(80);
  });

  test('is the same for the same report', () => {
    expect(protectionPage(everyKindOfFact())).toBe(protectionPage(everyKindOfFact()));
    expect(protectionPage(everyKindOfFact())).toContain(`<time datetime="${AT}">2026-11-29 20:32 UTC</time>`);
  });
});
