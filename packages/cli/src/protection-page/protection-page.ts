import type { ProtectionReport, RehearsalSummary, TableProtection, Verdict } from '@cumulus/dynamodb/protection';
import { count } from '../output/number.ts';
import { htmlDocument } from './document.ts';
import { tableCard } from './facts.ts';
import { findingsList } from './findings.ts';
import { html, type Markup } from './markup.ts';
import { sourceText } from './sources.ts';
import { durationText, timeElement, timeWithAge } from './time-text.ts';
import { timelinePicture } from './timeline/picture.ts';
import { timesTable } from './timeline/times-table.ts';
import { badgeOf, sign, TONES } from './verdict.ts';

/**
 * The page that shows a deployment's protection: the verdict with its reasons, a picture of the times that each table can go back
 * to, and what is known of each table. It is one piece of HTML: it loads nothing, runs nothing, and can be opened from a file.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { protectionPage } from '@cumulus/cli/protection-page';
 *
 * async function write(report: Parameters<typeof protectionPage>[0]): Promise<void> {
 *   await writeFile('protection.html', protectionPage(report), { mode: 0o600 });
 * }
 * ```
 */
export function protectionPage(report: ProtectionReport): string {
  const { at, prefix, region, backups, archive, verdict, tables, rehearsal } = report;
  return htmlDocument({
    title: `${prefix}: ${TONES[verdict][1]}`,
    header: html`<p class="kind">Protection of a deployment</p>
<h1><bdi>${prefix}</bdi></h1>
<p class="as-of">${timeElement(at)}, ${region}${backups === null ? ', without a place of backup files' : html`, backup files in <bdi>${backups}</bdi>`}${archive === null ? undefined : html`, archive in <bdi>${archive}</bdi>`}</p>`,
    main: html`${verdictSection(report)}
<section aria-labelledby="times"><h2 id="times">Times that each table can go back to</h2>
${timelinePicture(report)}
${timesTable(report)}</section>
<section aria-labelledby="rehearsal"><h2 id="rehearsal">Newest rehearsal</h2>${rehearsalText(rehearsal, at)}</section>
<section aria-labelledby="tables"><h2 id="tables">Tables</h2>
${tables.map((table, place) => tableCard(table, place, report))}</section>`,
    footer: html`<p>All ages are as of ${timeElement(at)}. A fact that could not be read never counts as protection.</p>`,
  });
}

function verdictSection({ prefix, verdict, findings, tables }: ProtectionReport): Markup {
  const [tone] = TONES[verdict];
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<h2 id="verdict">${sign(tone)}<span>${verdictSentence(prefix, verdict, tables)}</span></h2>
${findingsList(findings)}
${tables.map(
  ({ name, findings: ofTable }, place) =>
    ofTable.length > 0 &&
    html`<h3><a href="#table-${place}"><bdi>${name}</bdi></a></h3>
${findingsList(ofTable)}`,
)}
</section>`;
}

function verdictSentence(prefix: string, verdict: Verdict, tables: readonly TableProtection[]): Markup {
  const number = (wanted: Verdict): number => tables.filter((table) => table.verdict === wanted).length;
  const name = html`<bdi>${prefix}</bdi>`;
  const bad = number('unprotected');
  const warned = number('warning');
  const all = count(tables.length, 'table');
  if (verdict === 'protected') return html`${name} is protected: ${all}, and each meets the policy.`;
  const those = (several: number): string => `${several} of ${all} ${several === 1 ? 'has' : 'have'}`;
  if (verdict === 'warning') {
    const why = warned === 0 ? 'there are warnings about the deployment' : `${those(warned)} warnings`;
    return html`${name} is protected, with warnings: ${why}.`;
  }
  const why = bad === 0 ? 'the deployment does not meet the policy' : `${those(bad)} too little protection`;
  return html`${name} is not protected: ${why}.`;
}

function rehearsalText(rehearsal: RehearsalSummary | null, at: string): Markup {
  if (rehearsal === null) return html`<p>None is known.</p>`;
  const { from, tables, proved, seconds, outcome, file } = rehearsal;
  return html`<p>${badgeOf(outcome)} ${timeWithAge(rehearsal.at, at)}, from ${sourceText(from)}: ${count(tables, 'table')} in ${durationText(seconds)}, ${proved} proved item by item. Its report is <bdi>${file}</bdi>.</p>`;
}
