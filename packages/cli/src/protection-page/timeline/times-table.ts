import type { ProtectionReport, RestorableInterval, TableProtection } from '@cumulus/dynamodb/protection';
import { number } from '../../output/number.ts';
import { html, type Markup } from '../markup.ts';
import { timeElement } from '../time-text.ts';
import { isSpan, LANES, timesOf } from './lanes.ts';

/** So many times of a kind are listed; of more, the newest, and how far back the others go. */
const MAX_LISTED = 5;

/** What the picture shows, as a table. */
export function timesTable({ tables }: ProtectionReport): Markup {
  return html`<details class="times"><summary>The same as a table</summary>
<table><caption>Times that each table can go back to</caption>
<thead><tr><th scope="col">By</th><th scope="col">Number</th><th scope="col">Times</th></tr></thead>
${tables.map(
  (table) =>
    html`<tbody><tr><th colspan="3" scope="rowgroup"><bdi>${table.name}</bdi></th></tr>${rowsOf(table)}</tbody>`,
)}</table></details>`;
}

function rowsOf({ restorable, pointInTime }: TableProtection): readonly Markup[] {
  const windows = restorable.filter(isSpan).map(rowOfSpan);
  const others = LANES.flatMap(({ name, several }) => {
    const times = timesOf(restorable, name);
    return times.length === 0 ? [] : [row(several, number(times.length), listed(times))];
  });
  const unknown = pointInTime.known
    ? []
    : [row('point-in-time recovery', '–', html`not known: ${pointInTime.because}`)];
  const rows = [...windows, ...unknown, ...others];
  return rows.length === 0 ? [row('nothing', '0', html`none`)] : rows;
}

function rowOfSpan({ by, from, to }: RestorableInterval): Markup {
  return row(
    by === 'archive' ? 'archive' : 'point-in-time recovery',
    'any second',
    html`from ${timeElement(from)} to ${timeElement(to)}`,
  );
}

function row(by: string, several: string, times: Markup): Markup {
  return html`<tr><td>${by}</td><td>${several}</td><td>${times}</td></tr>`;
}

/** @param times the newest first */
function listed(times: readonly string[]): Markup {
  const shown = times.slice(0, MAX_LISTED).map((time) => html`<li>${timeElement(time)}</li>`);
  const oldest = times.length > MAX_LISTED ? times.at(-1) : undefined;
  const others =
    oldest === undefined
      ? undefined
      : html`<li>and ${number(times.length - MAX_LISTED)} more, back to ${timeElement(oldest)}</li>`;
  return html`<ul>${shown}${others}</ul>`;
}
