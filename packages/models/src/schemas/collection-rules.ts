import { isObject } from '@cumulus/dynamodb/aws';
import type { PlainItem } from '@cumulus/dynamodb/items';
import type { Violation } from '../errors.ts';
import { EndlessSearchError, type ExpressionSearch, UnsearchableError } from '../expressions/expression-search.ts';
import { isSafeVersion } from './collection-id.ts';
import { MAX_ITEM_BYTES } from './storage-limits.ts';

/** What a deployment has that its collections name. */
export interface CollectionDeployment {
  /** The keys of the deployment's buckets. Any bucket will do if they are not known. */
  readonly buckets?: readonly string[] | undefined;
}

/**
 * What a collection's fields demand of each other. A field that is missing or of another type than its schema has is
 * passed over: the schema reports it.
 */
export async function violationsOfCollection(
  collection: PlainItem,
  stored: PlainItem | undefined,
  search: ExpressionSearch,
  { buckets }: CollectionDeployment,
): Promise<Violation[]> {
  const { version, files } = collection;
  const violations = await violationsOfGranuleId(collection, search);
  // A collection that is there keeps its key, however it came to it.
  if (stored === undefined && typeof version === 'string' && !isSafeVersion(version)) {
    violations.push({
      path: 'version',
      message:
        'must not begin with _ nor hold ___, or its granules could not be distinguished from those of other collections',
    });
  }
  if (Array.isArray(files)) {
    for (const [index, file] of files.entries()) {
      if (isObject(file)) violations.push(...(await violationsOfFile(file, `files[${index}]`, search, buckets)));
    }
  }
  return violations;
}

async function violationsOfGranuleId(
  { granuleId, granuleIdExtraction, sampleFileName }: PlainItem,
  search: ExpressionSearch,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const idRegex = regexOf(granuleId, 'granuleId', violations);
  const path = 'granuleIdExtraction';
  const extraction = regexOf(granuleIdExtraction, path, violations);
  if (extraction === undefined || typeof sampleFileName !== 'string') return violations;

  const extracted = await found(() => search.firstGroup(extraction, sampleFileName), path, sampleFileName, violations);
  if (extracted === UNKNOWN) return violations;
  const inSample = `in the sampleFileName ${sampleFileName}`;
  if (extracted === null) {
    violations.push({ path, message: `does not match the sampleFileName ${sampleFileName}` });
  } else if (extracted === undefined) {
    violations.push({ path, message: `captures no group ${inSample}, so that it finds no granule id` });
  } else if (
    idRegex !== undefined &&
    (await found(() => search.matches(idRegex, extracted), 'granuleId', extracted, violations)) === false
  ) {
    violations.push({
      path: 'granuleId',
      message: `does not match ${extracted}, which granuleIdExtraction finds ${inSample}`,
    });
  }
  return violations;
}

async function violationsOfFile(
  { bucket, regex, sampleFileName }: PlainItem,
  path: string,
  search: ExpressionSearch,
  buckets: readonly string[] | undefined,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const names = regexOf(regex, `${path}.regex`, violations);
  if (
    names !== undefined &&
    typeof sampleFileName === 'string' &&
    (await found(() => search.matches(names, sampleFileName), `${path}.regex`, sampleFileName, violations)) === false
  ) {
    violations.push({ path: `${path}.regex`, message: `does not match its sampleFileName ${sampleFileName}` });
  }
  if (buckets !== undefined && typeof bucket === 'string' && bucket !== '' && !buckets.includes(bucket)) {
    violations.push({
      path: `${path}.bucket`,
      message: `${JSON.stringify(bucket)} is no bucket of this deployment, which has ${[...buckets].sort().join(', ')}`,
    });
  }
  return violations;
}

/** The source of a regular expression; undefined if a text is none, which is reported if it was meant to be one. */
function regexOf(source: unknown, path: string, violations: Violation[]): string | undefined {
  // One that no item can hold is reported as such; reading it would take time.
  if (typeof source !== 'string' || source === '' || source.length > MAX_ITEM_BYTES) return undefined;
  try {
    new RegExp(source);
    return source;
  } catch (error) {
    violations.push({ path, message: `is no regular expression: ${(error as SyntaxError).message}` });
    return undefined;
  }
}

/** An expression could not be searched for, which is reported. */
const UNKNOWN = Symbol('unknown');

/** What a search finds; one that does not come to an end, or cannot be run, is reported. */
async function found<T>(
  search: () => Promise<T>,
  path: string,
  text: string,
  violations: Violation[],
): Promise<T | typeof UNKNOWN> {
  try {
    return await search();
  } catch (error) {
    if (error instanceof EndlessSearchError) violations.push({ path, message: `takes too long to search ${text}` });
    else if (error instanceof UnsearchableError) violations.push({ path, message: `cannot be used: ${error.message}` });
    else throw error;
    return UNKNOWN;
  }
}
