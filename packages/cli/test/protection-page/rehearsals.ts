import type { RehearsalReport, RehearsedTable } from '@cumulus/dynamodb/rehearsal';

/** A table that came back and was proved. */
export function rehearsedTable(changed: Partial<RehearsedTable> = {}): RehearsedTable {
  return {
    table: 'prod-GranulesTable',
    source: 'prod-GranulesTable.20261129T203200Z.json.gz',
    sourceTime: '2026-11-29T20:32:00.000Z',
    scratchTable: 'rehearsal-1-prod-GranulesTable',
    ...{ items: 20_412, bytes: 44_131_208, restoreSeconds: 250, proveSeconds: 61.5, outcome: 'proved' },
    proof: { compared: 20_412, same: 20_410, changed: 0, missing: 0, extra: 0, explained: 2 },
    ...{ failure: null, warning: null },
    ...changed,
  };
}

export function rehearsal(changed: Partial<RehearsalReport> = {}): RehearsalReport {
  return {
    ...{
      format: 'cumulus-rehearsal',
      formatVersion: 1,
      prefix: 'prod',
      region: 'us-east-1',
      from: 'backup',
      scratchPrefix: 'rehearsal-1-',
    },
    ...{ startedAt: '2026-11-29T21:00:00.000Z', endedAt: '2026-11-29T21:08:32.000Z', seconds: 512, outcome: 'proved' },
    tables: [rehearsedTable()],
    wholeDeployment: { estimatedSeconds: 1200, basis: 'Measured: 2,000 items a second.' },
    ...{ removed: ['rehearsal-1-prod-GranulesTable'], notRemoved: [], removedFromEarlier: [] },
    ...changed,
  };
}
