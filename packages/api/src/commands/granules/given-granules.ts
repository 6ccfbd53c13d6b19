import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Context, UsageError } from '@cumulus/cli';
import type { RecordFilter } from '@cumulus/models';
import { HTTPException } from 'hono/http-exception';
import type { GranuleSelection } from '../../bulk/bulk-request.ts';
import { type Parameters, readListQuery } from '../../lists/list-query.ts';
import type { GranuleOptions } from './options.ts';

/** The granules that a command line means. @throws UsageError; what reading the file says */
export async function givenGranules(
  { id = [], 'ids-from': file, filter = [], query }: GranuleOptions,
  { stdin, abortSignal }: Pick<Context, 'stdin' | 'abortSignal'>,
): Promise<GranuleSelection> {
  if (filter.length > 0 || query !== undefined) return { filters: filtersOf(filter, query) };
  const read = file === undefined ? [] : await linesOf(file === '-' ? stdin : createReadStream(file), abortSignal);
  const ids = [...new Set([...id, ...read])];
  if (ids.length === 0) throw new UsageError(`${file === '-' ? 'standard input' : file} has no id of a granule`);
  return { granules: ids.map((granuleId) => ({ granuleId })) };
}

/** Its parameters are those of a list. */
function filtersOf(filters: readonly string[], query: string | undefined) {
  const parameters: Record<string, string[]> = Object.create(null);
  const given = [
    ...filters.map((filter) => [`--filter ${filter}`, ...partsOf(filter)] as const),
    ...(query === undefined ? [] : [[`--query "${query}"`, 'q', query] as const]),
  ];
  try {
    for (const [option, name, value] of given) {
      if (OF_PAGES.includes(name)) throw new UsageError(`--filter takes no ${name}: all granules are meant`);
      // An empty variable of a script would mean all granules otherwise.
      if (filtersIn({ [name]: [value] }).length === 0) throw new UsageError(`${option} leaves out no granule`);
      parameters[name] = [...(parameters[name] ?? []), value];
    }
    return filtersIn(parameters);
  } catch (error) {
    if (error instanceof HTTPException) throw new UsageError(error.message);
    throw error;
  }
}

function partsOf(filter: string): readonly [name: string, value: string] {
  const at = filter.indexOf('=');
  return [filter.slice(0, at), filter.slice(at + 1)];
}

function filtersIn(parameters: Parameters): readonly RecordFilter[] {
  return readListQuery(parameters, { recordType: 'granule', nameField: 'granuleId' }).search.filters ?? [];
}

/** Parameters that say which part of a list, and how it is shown. */
const OF_PAGES = ['limit', 'page', 'cursor', 'sort_by', 'order', 'sort_key[]', 'fields'];

async function linesOf(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input, signal })) {
    const id = line.trim();
    if (id !== '') lines.push(id);
  }
  return lines;
}
