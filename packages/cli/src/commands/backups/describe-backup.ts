import type { BackupProofNote, CataloguedBackup, TableBackups } from '@cumulus/dynamodb/backup';
import { count, size, zonedTime } from '../../output/format.ts';

/** What JSON says of a backup: times as ISO 8601, and null for what is not known. */
export function backupFields(backup: CataloguedBackup): object {
  const { file, kind, startedAt, endedAt, items, bytes, sha256, compression, recipients, createdBy } = backup;
  const { manifest, proofs, archivedIn } = backup;
  return {
    file,
    kind,
    startedAt: startedAt?.toISOString() ?? null,
    endedAt: endedAt?.toISOString() ?? null,
    items: items ?? null,
    bytes,
    sha256: sha256 ?? null,
    compression: compression ?? null,
    recipients: recipients ?? null,
    createdBy: createdBy ?? null,
    manifest,
    proofs: proofs.map(proofFields),
    archivedIn: archivedIn ?? null,
  };
}

function proofFields({ how, at, table, createdBy }: BackupProofNote): object {
  return { how, at, table: table ?? null, createdBy };
}

/** `2026-11-29T20:32:00Z, 20 items, 0.4 MB, dated, proved` */
export function summaryOf(backup: CataloguedBackup): string {
  const { startedAt, items, bytes, kind, recipients, proofs, archivedIn } = backup;
  return [
    startedAt === undefined ? 'unknown time' : zonedTime(startedAt),
    ...(items === undefined ? [] : [count(items, 'item')]),
    size(bytes),
    kind,
    ...(recipients === undefined ? [] : ['encrypted']),
    ...(proofs.length === 0 ? [whyNotProved(backup)] : [describeProof(newestOf(proofs))]),
    ...(archivedIn === undefined ? [] : [`in ${archivedIn}`]),
  ].join(', ');
}

const MANIFESTS = {
  absent: 'no manifest',
  'other file': 'the manifest is of another file',
  unreadable: 'the manifest cannot be read',
} as const;

function whyNotProved({ manifest }: CataloguedBackup): string {
  return manifest === 'present' ? 'not proved' : MANIFESTS[manifest];
}

/** `compared with prod-GranulesTable at 2026-11-29T21:00:00Z` */
export function describeProof({ how, at, table }: BackupProofNote): string {
  const time = zonedTime(new Date(at));
  if (how === 'file') return `verified at ${time}`;
  // The table of a rehearsal is gone.
  if (how === 'rehearsal') return `restored and compared at ${time}`;
  return `compared${table === undefined ? '' : ` with ${table}`} at ${time}`;
}

/** Of two of the same time it is the later note, since a comparison is noted after the proof of the file. */
function newestOf(proofs: readonly BackupProofNote[]): BackupProofNote {
  return proofs.reduce((newest, proof) => (proof.at >= newest.at ? proof : newest));
}

/** What could not be read of a table's backups, as a warning. */
export function problemsWarning({ problems }: Pick<TableBackups, 'problems'>): string | undefined {
  if (problems.length === 0) return undefined;
  return problems.map(({ problem }) => problem).join('\n  ');
}
