import type { ProtectionReport, RestorableInterval, TableProtection } from '@cumulus/dynamodb/protection';
import { html, type Markup } from '../markup.ts';
import { timeText } from '../time-text.ts';
import { badgeOf } from '../verdict.ts';
import { type Axis, type Tick, timeAxis } from './axis.ts';
import { countOf, isSpan, LANES, type Lane, lanesOf, type Mark, marksOf, timesOf } from './lanes.ts';
import { SHAPES } from './shapes.ts';

/** The height of a lane of marks, and of that of the bar, in pixels. */
const LANE = 22;
const BAR = 12;

/** The picture of the times that each table can go back to: a strip for each table, over one axis. */
export function timelinePicture({ at, tables }: ProtectionReport): Markup {
  const restorable = tables.flatMap((table) => table.restorable);
  const axis = timeAxis(at, restorable);
  const lanes = lanesOf(restorable);
  const hasArchive = restorable.some((each) => each.by === 'archive' && isSpan(each));
  const scale = axisOf(axis.ticks);
  return html`<figure class="timeline">
<svg class="defs" width="0" height="0" aria-hidden="true"><defs>${SHAPES}<g id="grid">${axis.ticks.map(gridLine)}</g></defs></svg>
<figcaption>${legend(lanes, hasArchive)}
<p>Times are in UTC. “Now” is the time of this report. Recent times have more room: the scale is logarithmic.</p></figcaption>
${scale}
<ol class="strips">${tables.map((table, place) => html`<li>${nameOf(table, place)}${strip(table, place, axis)}</li>`)}</ol>
${scale}
</figure>`;
}

function nameOf({ name, verdict }: TableProtection, place: number): Markup {
  return html`<div class="strip-name"><a href="#table-${place}"><bdi>${name}</bdi></a> ${badgeOf(verdict)}</div>`;
}

function legend(lanes: readonly Lane[], hasArchive: boolean): Markup {
  const items = lanes.map(
    ({ name, one }) =>
      html`<li><svg class="key" viewBox="-10 -10 20 20" aria-hidden="true"><use class="${name}" href="#${name}-1"/></svg>${one}</li>`,
  );
  const archived = hasArchive
    ? html`<li><svg class="key" viewBox="-10 -10 20 20" aria-hidden="true"><rect class="archived" x="-9" y="-5" width="18" height="10" rx="2"/></svg>any second, by the archive</li>`
    : undefined;
  return html`<ul class="legend"><li><svg class="key" viewBox="-10 -10 20 20" aria-hidden="true"><rect class="window" x="-10" y="-6" width="20" height="12" rx="2"/></svg>any second, by point-in-time recovery</li>${archived}${items}<li>a number in a mark: so many that lie together</li></ul>`;
}

function gridLine({ x, onPhone }: Tick): Markup {
  return html`<line${onPhone ? undefined : html` class="desk"`} x1="${x}%" x2="${x}%" y1="0" y2="100%"/>`;
}

/** The axis; its words are for eyes, since the table of times has all of them. */
function axisOf(ticks: readonly Tick[]): Markup {
  const words = ticks.map(({ x, age, time, onPhone }) => {
    const anchor = x > 95 ? 'end' : x < 5 ? 'start' : 'middle';
    return html`<g${onPhone ? undefined : html` class="desk"`} text-anchor="${anchor}"><text x="${x}%" y="12">${age}</text><text class="time" x="${x}%" y="28">${time}</text></g>`;
  });
  return html`<svg class="axis" height="36" aria-hidden="true">${words}</svg>`;
}

function strip(table: TableProtection, place: number, axis: Axis): Markup {
  const { name, restorable } = table;
  const lanes = lanesOf(restorable);
  const spans = restorable.filter((each) => isSpan(each) && axis.has(each.from) && axis.has(each.to));
  const rows = (['archive', 'point-in-time'] as const).filter((kind) => spans.some(({ by }) => by === kind));
  const without = rows.includes('point-in-time') ? undefined : html`<p class="none">${whyNoWindow(table)}</p>`;
  const height = (lanes.length + rows.length) * LANE;
  if (height === 0) return html`${without}`;
  const bars = spans.map((span) =>
    bar(span, (lanes.length + rows.indexOf(span.by as (typeof rows)[number])) * LANE, axis),
  );
  const marks = lanes.map((lane, line) =>
    marksOf(timesOf(restorable, lane.name), axis).map((mark) => drawnMark(lane, mark, line * LANE + LANE / 2)),
  );
  return html`<svg class="strip" role="img" aria-labelledby="strip-${place} strip-${place}-what" height="${height}"><title id="strip-${place}">Times that ${name} can go back to</title><desc id="strip-${place}-what">${descriptionOf(table)}</desc>
<use class="grid" href="#grid"/>${bars}
${marks}</svg>${without}`;
}

/** A span of time. @param top where its row begins, in pixels */
function bar({ by, from, to }: RestorableInterval, top: number, axis: Axis): Markup {
  const start = axis.position(from);
  const width = Math.max(axis.position(to) - start, 0.3).toFixed(1);
  const [kind, where] = by === 'archive' ? ['archived', ' of the archive'] : ['window', ''];
  return html`<rect class="${kind}" x="${start}%" y="${top + LANE / 2 - BAR / 2}" width="${width}%" height="${BAR}" rx="2"><title>any second${where} from ${timeText(from)} to ${timeText(to)}</title></rect>`;
}

function drawnMark(lane: Lane, { x, count, oldest, newest }: Mark, y: number): Markup {
  const { name } = lane;
  if (count === 1)
    return html`<g><title>${lane.one}: ${timeText(newest)}</title><use class="${name}" href="#${name}-1" x="${x}%" y="${y}"/></g>`;
  return html`<g><title>${countOf(lane, count)}: ${timeText(oldest)} to ${timeText(newest)}</title><use class="${name}" href="#${name}-n" x="${x}%" y="${y}"/><text class="count ${name}" x="${x}%" y="${y + 3.5}">${count > 99 ? '99+' : count}</text></g>`;
}

function whyNoWindow({ exists, pointInTime }: TableProtection): string {
  if (exists === false) return 'the table is missing';
  if (!pointInTime.known) return `window not known: ${pointInTime.because}`;
  return pointInTime.value.enabled ? 'point-in-time recovery is on, without a window yet' : 'no point-in-time recovery';
}

/** The strip in words, for those who do not see it. */
function descriptionOf(table: TableProtection): string {
  const { restorable } = table;
  const spansBy = (kind: RestorableInterval['by']): readonly RestorableInterval[] =>
    restorable.filter((each) => each.by === kind && isSpan(each));
  const inWords = (spans: readonly RestorableInterval[], where: string): string =>
    spans.map(({ from, to }) => `any second${where} from ${timeText(from)} to ${timeText(to)}`).join(', ');
  const [windows, archived] = [spansBy('point-in-time'), spansBy('archive')];
  const ofWindow = windows.length === 0 ? whyNoWindow(table) : inWords(windows, '');
  const ofArchive = archived.length === 0 ? [] : [inWords(archived, ' of the archive')];
  const ofLanes = LANES.flatMap((lane) => {
    const times = timesOf(restorable, lane.name);
    const [newest] = times;
    return newest === undefined ? [] : [`${countOf(lane, times.length)}, newest ${timeText(newest)}`];
  });
  return `${[ofWindow, ...ofArchive, ...ofLanes].join('; ')}.`;
}
