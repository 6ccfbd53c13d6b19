import type { ArchiveFacts, BackupFacts, Known, ProtectionReport, TableProtection } from '@cumulus/dynamodb/protection';
import { count } from '../output/number.ts';
import { entry } from './definition-list.ts';
import { type Content, html, type Markup } from './markup.ts';
import { sizeText } from './size-text.ts';
import { timeElement, timeWithAge } from './time-text.ts';
import { badge, badgeOf } from './verdict.ts';

/** All that is known of a table, and what is not, by name. */
export function tableCard(protection: TableProtection, place: number, report: ProtectionReport): Markup {
  const { table, name, exists, verdict } = protection;
  return html`<article class="card" id="table-${place}" aria-labelledby="table-${place}-name">
<h3 id="table-${place}-name"><bdi>${name}</bdi> ${badgeOf(verdict)}</h3>
<p class="physical"><bdi>${table}</bdi>${existence(exists)}</p>
<dl>${factsOf(protection, report)}</dl>
</article>`;
}

function existence(exists: boolean | null): Content {
  if (exists === null) return html` ${notKnown('whether it exists')}`;
  return exists ? undefined : ' – the table is missing';
}

function factsOf(protection: TableProtection, { at, archive }: ProtectionReport): readonly Markup[] {
  const { pointInTime, deletionProtection, encryption, stream, onDemand, backup, provedBackup, items, bytes } =
    protection;
  return [
    fact('Point-in-time recovery', pointInTime, ({ enabled, earliest, latest, days }) => {
      if (!enabled) return 'off';
      const window = days === null ? 'on' : `on, ${count(days, 'day')}`;
      if (earliest === null || latest === null) return window;
      return html`${window}: from ${timeElement(earliest)} to ${timeElement(latest)}`;
    }),
    ...(archive === null ? [] : [fact('Archive of every change', protection.archive, archiveText)]),
    fact('Newest backup file', backup, (newest) => (newest === null ? 'none' : backupText(newest, at))),
    fact('Newest proved backup', provedBackup, (proved) => {
      if (proved === null) return 'none';
      const isNewest = backup.known && backup.value?.file === proved.file;
      return isNewest ? html`the newest: ${proofsText(proved)}` : html`${backupText(proved, at)} ${proofsText(proved)}`;
    }),
    fact('Newest on-demand backup', onDemand, (newest) =>
      newest === null
        ? 'none'
        : html`<bdi>${newest.name}</bdi>, ${timeWithAge(newest.createdAt, at)}, ${newest.status} (${newest.type})`,
    ),
    fact('Newest export', protection.export, (newest) =>
      newest === null ? 'none' : html`of ${timeWithAge(newest.at, at)}, ${newest.status}, to <bdi>${newest.to}</bdi>`,
    ),
    fact('Deletion protection', deletionProtection, (isOn) => (isOn ? 'on' : 'off')),
    fact('Encryption', encryption, ({ type, key, status }) =>
      type === 'AWS_OWNED'
        ? 'a key that AWS owns'
        : html`KMS key <bdi>${key ?? 'of unknown name'}</bdi>${status === null ? undefined : ` (${status})`}`,
    ),
    fact('Stream', stream, (found) => (found === null ? 'none' : found.viewType)),
    entry(
      'Size, as DynamoDB estimates it',
      items === null || bytes === null ? notKnown('no answer') : html`${count(items, 'item')}, ${sizeText(bytes)}`,
    ),
  ];
}

function archiveText(archive: ArchiveFacts | null): Content {
  if (archive === null) return 'none';
  const { restorable, points, gaps, damage } = archive;
  if (damage !== null) return html`damaged: <bdi>${damage}</bdi>`;
  const times = restorable.map(({ from, to }) => html`<li>from ${timeElement(from)} to ${timeElement(to)}</li>`);
  const alone = points.length === 0 ? undefined : html`<li>${count(points.length, 'second')} alone</li>`;
  const missing = gaps.map(
    ({ from, until }) => html`<li>a gap from ${timeElement(from)} to ${timeElement(until)}</li>`,
  );
  if (times.length + points.length === 0) return 'without a time to go back to yet';
  return html`any second: <ul class="proofs">${times}${alone}${missing}</ul>`;
}

function fact<T>(name: string, known: Known<T>, show: (value: T) => Content): Markup {
  return entry(name, known.known ? show(known.value) : notKnown(known.because));
}

/** A fact that could not be read; it never counts as protection. */
function notKnown(because: string): Markup {
  return html`${badge('unknown', 'not known')} ${because}`;
}

function backupText({ file, startedAt, items, bytes }: BackupFacts, at: string): Markup {
  return html`<bdi>${file}</bdi>, ${timeWithAge(startedAt, at)}, ${count(items, 'item')}, ${sizeText(bytes)}`;
}

const HOW: { readonly [how: string]: string } = {
  file: 'read whole, and fits its manifest',
  table: 'compared with a table, item by item',
  rehearsal: 'restored and compared in a rehearsal',
};

function proofsText({ proofs }: BackupFacts): Markup {
  const items = proofs.map(
    ({ how, at, table }) =>
      html`<li>${HOW[how] ?? how}${table === null ? undefined : html` (<bdi>${table}</bdi>)`}, ${timeElement(at)}</li>`,
  );
  return html`<ul class="proofs">${items}</ul>`;
}
