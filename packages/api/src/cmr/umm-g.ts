import { isObject } from '@cumulus/dynamodb/aws';
import { MetadataError } from '../errors.ts';
import { parseJson } from '../json/to-json.ts';

/** A granule's metadata in UMM-G. */
export type UmmG = { readonly [field: string]: unknown };

/** What some programs begin files with. */
const BYTE_ORDER_MARK = /^\uFEFF/;

/** @param name what the file is called in messages @throws MetadataError */
export function parseUmmG(json: string, name: string): UmmG {
  let metadata: unknown;
  try {
    metadata = parseJson(json.replace(BYTE_ORDER_MARK, ''));
  } catch (error) {
    throw new MetadataError(`${name} is not valid JSON.`, [], error);
  }
  if (isObject(metadata)) return metadata;
  throw new MetadataError(`${name} is no JSON object.`);
}
