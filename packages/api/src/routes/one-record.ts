import type { RecordTypeName } from '@cumulus/models/schemas';
import { addRoute, type HttpApi, type RequestContext } from '../http/http-api.ts';
import { jsonAnswer } from '../http/json.ts';
import { answers, refTo, schemaName } from '../openapi/schemas.ts';

/** Adds `GET` of one record. @param read throws RecordDoesNotExistError where there is none */
export function addOneRecord(
  api: HttpApi,
  path: string,
  recordType: RecordTypeName,
  read: (context: RequestContext) => Promise<object>,
): void {
  const responses = answers('The record', refTo(schemaName(recordType)), 404);
  const route = {
    method: 'get',
    path,
    summary: `Get one ${recordType === 'pdr' ? 'PDR' : recordType}`,
    responses,
  } as const;
  addRoute(api, route, async (context) => jsonAnswer(context, await read(context)));
}
