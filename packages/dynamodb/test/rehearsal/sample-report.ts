import { type RehearsalReport, rehearsalReport } from '../../src/rehearsal/report/report.ts';

/** A report of a rehearsal of one table, which was proved. */
export function sampleReport(fields: Partial<RehearsalReport> = {}): RehearsalReport {
  const scratchPrefix = 'prod-rehearsal-20261129T203200Z-0123abcd000004d2beef';
  return rehearsalReport({
    prefix: 'prod',
    region: 'us-east-1',
    from: 'backup',
    scratchPrefix,
    startedAt: '2026-11-29T20:32:00.250Z',
    endedAt: '2026-11-29T20:33:00.250Z',
    seconds: 60,
    outcome: 'proved',
    tables: [
      {
        table: 'prod-GranulesTable',
        source: 'backups/prod-GranulesTable.json',
        sourceTime: '2026-11-29T18:00:00.000Z',
        scratchTable: `${scratchPrefix}-GranulesTable`,
        items: 20_000,
        bytes: 12_000_000,
        restoreSeconds: 40,
        proveSeconds: 15,
        outcome: 'proved',
        proof: { compared: 20_000, same: 20_000, changed: 0, missing: 0, extra: 0, explained: 0 },
        failure: null,
        warning: null,
      },
    ],
    wholeDeployment: { estimatedSeconds: 240, basis: '' },
    removed: [`${scratchPrefix}-GranulesTable`, `${scratchPrefix}-Journal`],
    notRemoved: [],
    removedFromEarlier: [],
    ...fields,
  });
}
