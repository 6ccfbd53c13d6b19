import type { RehearsalReport, RehearsedTable } from '@cumulus/dynamodb/rehearsal';
import { count, number } from '../output/number.ts';
import { entry } from './definition-list.ts';
import { htmlDocument } from './document.ts';
import { type Content, html, type Markup } from './markup.ts';
import { sizeText } from './size-text.ts';
import { sourceText } from './sources.ts';
import { durationText, timeElement } from './time-text.ts';
import { badgeOf, sign, TONES } from './verdict.ts';

/**
 * The page that shows a rehearsal: what came back from which source, how it was proved, how long it took, and what was removed
 * afterwards. It is one piece of HTML, as the page of a deployment's protection is.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises';
 * import { rehearsalPage } from '@cumulus/cli/protection-page';
 *
 * async function write(report: Parameters<typeof rehearsalPage>[0]): Promise<void> {
 *   await writeFile('rehearsal.html', rehearsalPage(report), { mode: 0o600 });
 * }
 * ```
 */
export function rehearsalPage(report: RehearsalReport): string {
  const { prefix, region, from, scratchPrefix, startedAt, endedAt, outcome, tables } = report;
  return htmlDocument({
    title: `Rehearsal of ${prefix}: ${TONES[outcome][1]}`,
    header: html`<p class="kind">Rehearsal of a recovery</p>
<h1><bdi>${prefix}</bdi></h1>
<p class="as-of">${timeElement(startedAt)} to ${timeElement(endedAt)}, ${region}, from ${sourceText(from)}, into tables that begin with <bdi>${scratchPrefix}</bdi></p>`,
    main: html`${outcomeSection(report)}
<section aria-labelledby="whole"><h2 id="whole">The whole deployment</h2>${wholeText(report)}</section>
<section aria-labelledby="tables"><h2 id="tables">Tables</h2>
${tables.map(rehearsedCard)}</section>
<section aria-labelledby="removed"><h2 id="removed">Scratch tables</h2>${removedText(report)}</section>`,
    footer: html`<p>“Proved” means that each item was compared by value.</p>`,
  });
}

function outcomeSection({ prefix, outcome, tables, seconds }: RehearsalReport): Markup {
  const [tone, word] = TONES[outcome];
  const proved = tables.filter((table) => table.outcome === 'proved').length;
  return html`<section class="verdict ${tone}" aria-labelledby="outcome">
<h2 id="outcome">${sign(tone)}<span><bdi>${prefix}</bdi> ${word}: ${proved} of ${count(tables.length, 'table')} proved, in ${durationText(seconds)}.</span></h2>
${messages(tables)}
</section>`;
}

/** What went wrong, of all tables. */
function messages(tables: readonly RehearsedTable[]): Markup | undefined {
  const items = tables.flatMap(({ table, failure, warning }) =>
    [failure, warning].flatMap((message) => (message === null ? [] : [html`<li><bdi>${table}</bdi>: ${message}</li>`])),
  );
  return items.length === 0 ? undefined : html`<ul class="findings">${items}</ul>`;
}

function wholeText({ wholeDeployment: { estimatedSeconds, basis } }: RehearsalReport): Markup {
  const time = estimatedSeconds === null ? 'is not known' : `would take about ${durationText(estimatedSeconds)}`;
  return html`<p>To bring back the whole deployment ${time}. ${basis}</p>`;
}

function rehearsedCard(rehearsed: RehearsedTable, place: number): Markup {
  const { table, source, sourceTime, scratchTable, items, bytes, restoreSeconds, proveSeconds, outcome, proof } =
    rehearsed;
  return html`<article class="card" aria-labelledby="table-${place}-name">
<h3 id="table-${place}-name"><bdi>${table}</bdi> ${badgeOf(outcome)}</h3>
<dl>
${entry('Source', source === '' ? 'none' : html`<bdi>${source}</bdi>`)}
${entry('Time of the source', sourceTime === '' ? 'not known' : timeElement(sourceTime))}
${entry('Scratch table', html`<bdi>${scratchTable}</bdi>`)}
${entry('Restored', items === null ? 'not counted' : `${count(items, 'item')}${bytes === null ? '' : `, ${sizeText(bytes)}`}`)}
${entry('Time of the restore', durationOf(restoreSeconds))}
${entry('Time of the proof', durationOf(proveSeconds))}
${entry('Proof', proof === null ? 'not compared by value' : proofTable(proof))}
</dl>
</article>`;
}

function durationOf(seconds: number | null): string {
  return seconds === null ? 'not measured' : durationText(seconds);
}

function proofTable({
  compared,
  same,
  changed,
  missing,
  extra,
  explained,
}: NonNullable<RehearsedTable['proof']>): Markup {
  const rows = [
    ['items compared', compared],
    ['the same', same],
    ['changed', changed],
    ['missing', missing],
    ['extra', extra],
    ['different, as later changes explain', explained],
  ] as const;
  return html`<table class="numbers"><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${number(value)}</td></tr>`,
  )}</tbody></table>`;
}

function removedText({ removed, notRemoved, removedFromEarlier }: RehearsalReport): Markup {
  return html`<dl>
${entry('Removed', names(removed))}
${entry('Not removed', names(notRemoved))}
${entry('Removed from earlier rehearsals', names(removedFromEarlier))}
</dl>`;
}

function names(tables: readonly string[]): Content {
  if (tables.length === 0) return 'none';
  return html`<ul>${tables.map((table) => html`<li><bdi>${table}</bdi></li>`)}</ul>`;
}
