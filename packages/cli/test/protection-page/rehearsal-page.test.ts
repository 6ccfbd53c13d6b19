import { describe, expect, test } from '@jest/globals';
import { rehearsalPage } from '../../src/protection-page/index.ts';
import { rehearsal, rehearsedTable } from './rehearsals.ts';

const HOSTILE = '<b onclick="x">&\u202e';

describe('the page of a rehearsal', () => {
  test('has the outcome, each table with its source, times and proof, and the time for the whole deployment', () => {
    const page = rehearsalPage(rehearsal());
    for (const text of [
      'prod</bdi> came back, proved: 1 of 1 table proved, in 8 min 32 s.',
      'prod-GranulesTable.20261129T203200Z.json.gz',
      'rehearsal-1-prod-GranulesTable',
      '20,412 items, 44.1 MB',
      '4 min 10 s',
      '<th scope="row">items compared</th><td>20,412</td>',
      'would take about 20 min 0 s. Measured: 2,000 items a second.',
    ])
      expect(page).toContain(text);
  });

  test('shows what failed, what could not be proved, and what was not removed', () => {
    const page = rehearsalPage(
      rehearsal({
        outcome: 'failed',
        tables: [
          rehearsedTable({ outcome: 'failed', failure: 'DynamoDB refused line 12.', proof: null, items: null }),
          rehearsedTable({ outcome: 'restored', warning: 'It cannot be compared.', proof: null, proveSeconds: null }),
        ],
        wholeDeployment: { estimatedSeconds: null, basis: 'Nothing came back.' },
        ...{ removed: [], notRemoved: ['rehearsal-1-prod-RulesTable'] },
      }),
    );
    for (const text of [
      'did not come back: 0 of 2 tables proved',
      'DynamoDB refused line 12.',
      'It cannot be compared.',
      'not compared by value',
      'not measured',
      'whole deployment is not known. Nothing came back.',
      '<dt>Not removed</dt><dd><ul><li><bdi>rehearsal-1-prod-RulesTable</bdi></li></ul></dd>',
    ])
      expect(page).toContain(text);
  });

  test('escapes every text', () => {
    const tables = [rehearsedTable({ table: HOSTILE, source: HOSTILE, failure: HOSTILE, scratchTable: HOSTILE })];
    const page = rehearsalPage(
      rehearsal({ prefix: HOSTILE, scratchPrefix: HOSTILE, tables, removedFromEarlier: [HOSTILE] }),
    );
    expect(page).not.toMatch(/<b |\u202e/);
    expect(page).toContain('&lt;b onclick=&quot;x&quot;&gt;&amp;\\u202e');
  });
});
