import type { PlainItem } from '@cumulus/dynamodb';
import { isObject } from '@cumulus/dynamodb';
import type { Violation } from '../errors.ts';
import { EndlessSearchError, firstMatch } from './bounded-regex.ts';
import { isSafeVersion } from './collection-id.ts';

/** What a deployment has that its collections name. */
export interface CollectionSurroundings {
  /** The keys of the deployment's buckets. Any bucket will do if they are not known. */
  readonly buckets?: readonly string[] | undefined;
}

/**
 * What a collection's fields demand of each other. A field that is missing or of another type than its schema wants is
 * passed over: the schema reports it.
 */
export function violationsOfCollection(
  collection: PlainItem,
  stored: PlainItem | undefined,
  { buckets }: CollectionSurroundings,
): Violation[] {
  const { version, files } = collection;
  const violations = violationsOfGranuleId(collection);
  // A collection that is there keeps its key, however it came to it.
  if (stored === undefined && typeof version === 'string' && !isSafeVersion(version)) {
    violations.push({
      path: 'version',
      message: 'must not begin with _ nor hold ___, or its granules could not be told from those of other collections',
    });
  }
  if (Array.isArray(files)) {
    for (const [index, file] of files.entries()) {
      if (isObject(file)) violations.push(...violationsOfFile(file, `files[${index}]`, buckets));
    }
  }
  return violations;
}

function violationsOfGranuleId({ granuleId, granuleIdExtraction, sampleFileName }: PlainItem): Violation[] {
  const violations: Violation[] = [];
  const idRegex = regexOf(granuleId, 'granuleId', violations);
  const extraction = regexOf(granuleIdExtraction, 'granuleIdExtraction', violations);
  if (extraction === undefined || typeof sampleFileName !== 'string') return violations;

  const found = search(extraction, sampleFileName, 'granuleIdExtraction', violations);
  if (found === 'endless') return violations;
  const inSample = `in the sampleFileName ${sampleFileName}`;
  if (found === undefined) {
    violations.push({ path: 'granuleIdExtraction', message: `does not match the sampleFileName ${sampleFileName}` });
    return violations;
  }
  const [, extracted] = found;
  if (extracted === undefined) {
    violations.push({
      path: 'granuleIdExtraction',
      message: `captures no group ${inSample}, so that it finds no granule id`,
    });
  } else if (idRegex !== undefined && search(idRegex, extracted, 'granuleId', violations) === undefined) {
    violations.push({
      path: 'granuleId',
      message: `does not match ${extracted}, which granuleIdExtraction finds ${inSample}`,
    });
  }
  return violations;
}

function violationsOfFile(
  { bucket, regex, sampleFileName }: PlainItem,
  path: string,
  buckets: readonly string[] | undefined,
): Violation[] {
  const violations: Violation[] = [];
  const names = regexOf(regex, `${path}.regex`, violations);
  if (
    names !== undefined &&
    typeof sampleFileName === 'string' &&
    search(names, sampleFileName, `${path}.regex`, violations) === undefined
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
  if (typeof source !== 'string' || source === '') return undefined;
  try {
    new RegExp(source);
    return source;
  } catch (error) {
    violations.push({ path, message: `is no regular expression: ${(error as SyntaxError).message}` });
    return undefined;
  }
}

/** What a regular expression finds; one that does not come to an end is reported. */
function search(
  source: string,
  text: string,
  path: string,
  violations: Violation[],
): readonly (string | undefined)[] | undefined | 'endless' {
  try {
    return firstMatch(source, text);
  } catch (error) {
    if (!(error instanceof EndlessSearchError)) throw error;
    violations.push({ path, message: `takes too long to search ${text}` });
    return 'endless';
  }
}
