import type { TableDescription } from '../../tables/describe.ts';
import { NotArchivableError } from '../errors.ts';

/** Streams whose records have what an item is after a change. */
const VIEW_TYPES = new Set<string | undefined>(['NEW_IMAGE', 'NEW_AND_OLD_IMAGES']);

/**
 * The stream from which a table can be archived: its ARN.
 * @throws NotArchivableError if there is none, or one without new images
 * @example
 * ```ts
 * import { archivableStream } from '@cumulus/dynamodb/archive';
 * import { createClient } from '@cumulus/dynamodb/aws';
 * import { describeTable } from '@cumulus/dynamodb/tables';
 *
 * const arn = archivableStream(await describeTable(createClient(), 'prod-GranulesTable'));
 * ```
 */
export function archivableStream({ name, streamArn, schema }: TableDescription): string {
  if (streamArn === undefined) throw new NotArchivableError(name, 'it has no stream');
  if (!VIEW_TYPES.has(schema.stream)) {
    throw new NotArchivableError(name, `its stream has ${schema.stream}, and so not what an item is after a change`);
  }
  return streamArn;
}
