import { isObject } from '@cumulus/dynamodb/aws';
import { HTTPException } from 'hono/http-exception';
import { parseJson, toJson } from '../json/to-json.ts';
import type { RequestContext } from './http-api.ts';

/** An answer of JSON. */
export function jsonAnswer(context: RequestContext, value: unknown, status: 200 | 201 | 202 = 200): Response {
  return context.body(toJson(value), status, { 'Content-Type': 'application/json; charset=UTF-8' });
}

/**
 * The object that a request's body is: JSON, or the fields of a form, which earlier releases took too.
 * @throws HTTPException 400 if it is none
 */
export async function bodyOf(context: RequestContext): Promise<{ readonly [field: string]: unknown }> {
  const text = textOf(await context.req.arrayBuffer());
  if (isForm(context.req.header('Content-Type'), text)) return fieldsOf(text);
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (cause) {
    const isTooDeep = cause instanceof RangeError;
    const message = isTooDeep ? 'The body is nested too deep.' : 'The body is not valid JSON.';
    throw new HTTPException(400, { message, cause });
  }
  if (!isObject(body)) throw new HTTPException(400, { message: 'The body has to be a JSON object.' });
  return body;
}

/** Whether a body is a form. Of JSON, too, curl says so unless it is given the type. */
function isForm(contentType: string | undefined, text: string): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') === true && /^\w+=/.test(text);
}

function fieldsOf(text: string): { readonly [field: string]: string } {
  const fields = [...new URLSearchParams(text)];
  const [twice] = fields.find(([name], index) => fields.findIndex(([other]) => other === name) < index) ?? [];
  if (twice !== undefined) throw new HTTPException(400, { message: `The form has the field ${twice} more than once.` });
  return Object.fromEntries(fields);
}

/** Strict: other bytes than UTF-8 would otherwise be stored as other characters than were sent. */
const UTF8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: ArrayBuffer): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new HTTPException(400, { message: 'The body is not UTF-8.', cause });
  }
}
