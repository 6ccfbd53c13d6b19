import type { ArchivedChange, HistoryEntry } from '@cumulus/dynamodb/archive';
import {
  type AttributeChange,
  plainJson,
  plainValueJson,
  type TypedItem,
  type TypedValue,
} from '@cumulus/dynamodb/items';
import { zonedTime } from '../../../output/format.ts';

/** The most of a value that is written for a person, in characters. */
const MAX_VALUE_LENGTH = 200;

/** A part of a history in lines for a person. */
export function describeEntry(entry: HistoryEntry, typed: boolean): string {
  return linesOf(entry, typed).join('\n');
}

/** The same as JSON, in one line, with all digits of numbers. */
export function entryJson(entry: HistoryEntry, typed: boolean): string {
  const { item, changed, ...others } = { item: undefined, changed: undefined, ...entry };
  const members = Object.entries(others).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  if (entry.kind === 'gap') return `{${members.join(',')}}`;
  members.push(`"item":${item === undefined ? 'null' : itemJson(item, typed)}`);
  if (entry.kind === 'base') return `{${members.join(',')}}`;
  const changes = changed?.map(
    ({ path, before, after }) =>
      `{"path":${JSON.stringify(path)},"before":${valueJson(before, typed)},"after":${valueJson(after, typed)}}`,
  );
  return `{${members.join(',')},"changed":${changes === undefined ? 'null' : `[${changes.join(',')}]`}}`;
}

function linesOf(entry: HistoryEntry, typed: boolean): readonly string[] {
  switch (entry.kind) {
    case 'gap':
      return [`${zonedTime(entry.from)} to ${zonedTime(entry.until)}: a gap, in which changes may be missing`];
    case 'base': {
      const { startedAt, endedAt, item, file } = entry;
      const [begin, end] = [zonedTime(startedAt), zonedTime(endedAt)];
      const time = begin === end ? begin : `${begin} to ${end}`;
      return item === undefined
        ? [`${time}: not in base ${file}`]
        : [`${time}: in base ${file}`, ...attributeLines(item, typed)];
    }
    default:
      return [
        `${zonedTime(entry.time)}: ${entry.event}${entry.expired ? ', by its time to live' : ''}${mergedText(entry)}`,
        ...changeLines(entry, typed),
      ];
  }
}

function mergedText({ mergedSince }: ArchivedChange): string {
  return mergedSince === undefined ? '' : `, merged with its changes since ${zonedTime(mergedSince)}`;
}

function changeLines({ item, changed }: ArchivedChange, typed: boolean): readonly string[] {
  if (item === undefined) return [];
  if (changed === undefined) return ['  what it was before is not archived', ...attributeLines(item, typed)];
  if (changed.length === 0) return ['  no attribute has another value'];
  return changed.map((change) => attributeLine(change, typed));
}

function attributeLines(item: TypedItem, typed: boolean): readonly string[] {
  return Object.entries(item).map(([name, value]) => `  ${nameText([name])}: ${valueText(value, typed)}`);
}

/** `  status: "running" → "completed"`, `  + error: "…"`, `  - error: "…"` */
function attributeLine({ path, before, after }: AttributeChange, typed: boolean): string {
  const name = nameText(path);
  if (before === undefined) return `  + ${name}: ${after === undefined ? '' : valueText(after, typed)}`;
  if (after === undefined) return `  - ${name}: ${valueText(before, typed)}`;
  return `  ${name}: ${valueText(before, typed)} → ${valueText(after, typed)}`;
}

/** Names of maps and their attributes: `error.Cause`. One that is no plain word is written as JSON. */
function nameText(path: readonly string[]): string {
  return path.map((name) => (/^[\w:-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
}

function valueText(value: TypedValue, typed: boolean): string {
  const text = valueJson(value, typed);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH)}…`;
}

function valueJson(value: TypedValue | undefined, typed: boolean): string {
  if (value === undefined) return 'null';
  return typed ? JSON.stringify(value) : plainValueJson(value);
}

function itemJson(item: TypedItem, typed: boolean): string {
  return typed ? JSON.stringify(item) : plainJson(item);
}
