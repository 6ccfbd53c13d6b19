const QUOTE = '"';

/**
 * The records of a text of comma-separated values (RFC 4180), as many as it has to their end.
 * @returns the records, and what is left of one that has no end yet
 */
export function csvRecords(text: string): { readonly records: readonly (readonly string[])[]; readonly rest: string } {
  const records: string[][] = [];
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    const line = text.slice(start, end);
    // A line break between quotes belongs to the value.
    if (isOpen(line)) continue;
    const record = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (record !== '') records.push(fieldsOf(record));
    start = end + 1;
  }
  return { records, rest: text.slice(start) };
}

function isOpen(line: string): boolean {
  let isQuoted = false;
  for (let at = line.indexOf(QUOTE); at >= 0; at = line.indexOf(QUOTE, at + 1)) isQuoted = !isQuoted;
  return isQuoted;
}

function fieldsOf(record: string): string[] {
  const fields: string[] = [];
  for (let at = 0; at <= record.length; ) {
    if (record[at] !== QUOTE) {
      const comma = record.indexOf(',', at);
      const end = comma < 0 ? record.length : comma;
      fields.push(record.slice(at, end));
      at = end + 1;
      continue;
    }
    let end = record.indexOf(QUOTE, at + 1);
    while (record[end + 1] === QUOTE) end = record.indexOf(QUOTE, end + 2);
    fields.push(record.slice(at + 1, end).replaceAll('""', QUOTE));
    at = end + 2;
  }
  return fields;
}
