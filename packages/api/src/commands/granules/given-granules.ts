import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { type Context, UsageError } from '@cumulus/cli';
import { HTTPException } from 'hono/http-exception';
import type { GranuleSelection } from '../../bulk/bulk-request.ts';
import { readListQuery } from '../../lists/list-query.ts';
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
  for (const filter of filters) {
    const at = filter.indexOf('=');
    const name = filter.slice(0, at);
    if (OF_PAGES.includes(name)) throw new UsageError(`--filter takes no ${name}: all granules are meant`);
    parameters[name] ??= [];
    parameters[name].push(filter.slice(at + 1));
  }
  if (query !== undefined) parameters['q'] = [...(parameters['q'] ?? []), query];
  try {
    return readListQuery(parameters, { recordType: 'granule', nameField: 'granuleId' }).search.filters ?? [];
  } catch (error) {
    if (error instanceof HTTPException) throw new UsageError(error.message);
    throw error;
  }
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
