import { writeWhole } from '@cumulus/dynamodb/storage';
import type { Context } from '../command.ts';

/**
 * Writes a text to a file or an object in S3, in place of what has the name once it is whole.
 * @throws FileError, StorageError, AccessDeniedError
 */
export async function writeText(
  text: string,
  location: string,
  contentType: string,
  { s3, abortSignal }: Pick<Context, 's3' | 'abortSignal'>,
): Promise<void> {
  const content = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Buffer, void> {
    yield content;
  }
  await writeWhole(location, pieces(), { contentType, expectedBytes: content.length, s3, abortSignal });
}
